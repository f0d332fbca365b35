// Finds out what --weights means.
#include "cli/weights.h"

#include <optional>
#include <utility>

#include "bpf/text.h"
#include "cli/read_input.h"
#include "compiler/read_weights.h"

namespace scbpf::cli {

namespace {

absl::StatusOr<Weights> ReadText(Talk& talk, const std::string& name,
                                 const std::string& text) {
  Diagnostics findings;
  std::optional<Weights> read = scbpf::ReadWeights(text, findings);
  Tell(talk, name, text, findings, /*strict=*/false);
  if (read.has_value()) return *std::move(read);
  return absl::InvalidArgumentError("--weights " + name + ": " +
                                    Count(CountErrors(findings), "error"));
}

}  // namespace

void AddWeightsOption(CommandLine& line, std::string& word) {
  line.options.push_back(
      Store("--weights", "default|uniform|bitmap|FILE",
            "what the filter is made fast for; FILE: JSON, "
            "{\"read\": 120034}, or what strace -c or perf trace -s wrote",
            word));
}

absl::StatusOr<Weights> ReadWeights(Talk& talk, const std::string& word) {
  Weights weights;
  if (word == "default") return weights;
  if (word == "uniform" || word == "bitmap") {
    weights.kind =
        word == "uniform" ? Weights::Kind::kUniform : Weights::Kind::kBitmap;
    return weights;
  }
  const absl::StatusOr<std::string> text = ReadWhole(word);
  if (text.ok()) return ReadText(talk, NameOfInput(word), *text);
  const std::string what(text.status().message());
  const std::string told =
      WithNearest(what, word, {"default", "uniform", "bitmap"});
  if (told == what) return text.status();
  return absl::InvalidArgumentError("--weights " + told);
}

absl::StatusOr<Weights> ReadWeightsFile(Talk& talk, const std::string& path) {
  if (path == "default" || path == "uniform" || path == "bitmap") {
    return absl::InvalidArgumentError("--weights takes a file here; what " +
                                      path + " gives is told in any case");
  }
  const absl::StatusOr<std::string> text = ReadWhole(path);
  if (!text.ok()) return text.status();
  return ReadText(talk, NameOfInput(path), *text);
}

}  // namespace scbpf::cli
