// A verb's options as data, and reading the command line by them.
#ifndef SCBPF_CLI_COMMAND_LINE_H_
#define SCBPF_CLI_COMMAND_LINE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace scbpf::cli {

struct Option {
  std::string names;       // "-o,--output"
  std::string value_name;  // "FILE"; empty: a switch
  std::string help;
  // Called with each value given, in order; a switch gets "".
  std::function<absl::Status(const std::string&)> take;
  bool of_target = false;  // stands in help under a heading of its own
};

struct CommandLine {
  std::string verb;
  std::string words_usage;  // "PROFILE"
  std::string summary;      // one sentence
  std::string examples;     // one a line, each with a comment
  std::string notes{};      // after the options
  std::vector<Option> options{};
  size_t least_words = 1;
  size_t most_words = 1;
  std::vector<std::string> words{};  // filled: what is no option
};

// Options that store a string or set a bool.
Option Store(std::string names, std::string value_name, std::string help,
             std::string& into);
Option Switch(std::string names, std::string help, bool& into);
// One of the words of `choices`, else an error that names them.
Option Choose(std::string names, std::vector<std::string> choices,
              std::string help,
              std::function<void(const std::string& word)> chosen);

// Reads `arguments` (what follows the verb). nullopt: carry on; otherwise help
// or an error has been printed, and the program ends with that status.
std::optional<int> ReadCommandLine(const std::vector<std::string>& arguments,
                                   CommandLine& line);

// The command line that `verb` would read, told by its first ReadCommandLine,
// which makes it return at once. The options' `take` must not be called.
CommandLine DescribeCommandLine(
    const std::function<int(const std::vector<std::string>&)>& verb);

// `text` with ", did you mean ...?" when one of `known` is near.
std::string WithNearest(std::string text, const std::string& word,
                        const std::vector<std::string>& known);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_COMMAND_LINE_H_
