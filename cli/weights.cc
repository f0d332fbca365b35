// Finds out what --weights means.
#include "cli/weights.h"

#include <utility>

#include "cli/read_input.h"
#include "compiler/read_weights.h"

namespace scbpf::cli {

void AddWeightsOption(CommandLine& line, std::string& word) {
  line.options.push_back(
      Store("--weights", "default|uniform|bitmap|FILE",
            "what the filter is made fast for; FILE: JSON, "
            "{\"read\": 120034}, or what strace -c or perf trace -s wrote",
            word));
}

absl::StatusOr<Weights> ReadWeights(const std::string& word) {
  Weights weights;
  if (word == "default") return weights;
  if (word == "uniform" || word == "bitmap") {
    weights.kind =
        word == "uniform" ? Weights::Kind::kUniform : Weights::Kind::kBitmap;
    return weights;
  }
  const absl::StatusOr<std::string> text = ReadWhole(word);
  if (!text.ok()) return text.status();
  absl::StatusOr<Weights> read = scbpf::ReadWeights(*text);
  if (read.ok()) return read;
  return absl::InvalidArgumentError("--weights " + NameOfInput(word) + ":" +
                                    std::string(read.status().message()));
}

}  // namespace scbpf::cli
