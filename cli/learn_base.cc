// Finds a base by its name, or reads it from a file.
#include "cli/learn_base.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/read_input.h"
#include "workflow/base_names.h"
#include "workflow/runtime_bases.h"

namespace scbpf::cli {
namespace {

void Add(const std::vector<std::string>& names, const std::string& called,
         LearnOptions& options) {
  options.base.insert(options.base.end(), names.begin(), names.end());
  options.base_name += (options.base_name.empty() ? "" : ", ") + called;
}

absl::Status AddBase(const std::string& word, LearnOptions& options) {
  if (const RuntimeBase* base = FindRuntimeBase(word)) {
    Add(NamesOf(*base), word + " " + std::string(base->version), options);
    return absl::OkStatus();
  }
  const absl::StatusOr<std::string> text = ReadWhole(word);
  if (!text.ok()) {
    std::vector<std::string> known;
    for (const RuntimeBase& base : AllRuntimeBases()) {
      known.emplace_back(base.name);
    }
    return absl::Status(
        text.status().code(),
        WithNearest("--base " + word + " is no recorded runtime, and " +
                        std::string(text.status().message()),
                    word, known));
  }
  const auto names = ReadBaseNames(*text);
  if (!names.ok()) {
    return absl::InvalidArgumentError("--base " + word + ": " +
                                      std::string(names.status().message()));
  }
  Add(names->names, NameOfInput(word), options);
  options.base_rules.insert(options.base_rules.end(), names->rules.begin(),
                            names->rules.end());
  return absl::OkStatus();
}

}  // namespace

Option BaseOption(LearnOptions& options) {
  return {"--base", "NAME|FILE",
          "allow too what a container runtime calls before the program runs: "
          "runc, crun, or a file of names or a profile",
          [&](const std::string& word) { return AddBase(word, options); }};
}

}  // namespace scbpf::cli
