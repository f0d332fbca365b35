// A golden case: files, command lines, and what they must answer.
//
//   Free text up to the first section says what the case is for.
//   == file NAME       the lines up to the next section become a file
//   == run             a shell script
//   == stdout          what it must write (left out: nothing)
//   == stderr
//   == status N        and end with (left out: 0)
//
// Any number of runs; files are made before the first.
#ifndef SCBPF_TESTS_GOLDEN_CASE_FILE_H_
#define SCBPF_TESTS_GOLDEN_CASE_FILE_H_

#include <string>
#include <utility>
#include <vector>

namespace scbpf::golden {

struct Outcome {
  std::string out;
  std::string err;
  int status = 0;

  bool operator==(const Outcome&) const = default;
};

struct Step {
  std::string script;
  Outcome expected;
};

struct Case {
  std::string about;
  std::vector<std::pair<std::string, std::string>> files;  // name, text
  std::vector<Step> steps;
};

// Reads the text of a case; `error` says what is wrong with it.
Case ReadCase(const std::string& text, std::string& error);

// The text that ReadCase reads so.
std::string WriteCase(const Case& golden);

}  // namespace scbpf::golden

#endif  // SCBPF_TESTS_GOLDEN_CASE_FILE_H_
