// Runs a shell script as a golden case does: a folder of its own, and an
// environment that says nothing about the machine.
#ifndef SCBPF_TESTS_GOLDEN_RUN_COMMAND_H_
#define SCBPF_TESTS_GOLDEN_RUN_COMMAND_H_

#include <string>

#include "tests/golden/case_file.h"

namespace scbpf::golden {

// A fresh folder under TMPDIR, removed with all it holds in the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string ReadText(const std::string& path);
void WriteText(const std::string& path, const std::string& text);

struct ScriptRun {
  Outcome outcome;
  double cpu_seconds = 0;
};

// Runs `script` by sh in `folder` with PATH starting at `programs`. The script
// may use
//   $T      the target options, so that the host decides nothing
//   $PLAIN  a prefix that takes root's privileges away
ScriptRun RunScript(const std::string& script, const std::string& folder,
                    const std::string& programs);

// Puts TIME in place of what a clock said.
std::string HideTimes(const std::string& text);

}  // namespace scbpf::golden

#endif  // SCBPF_TESTS_GOLDEN_RUN_COMMAND_H_
