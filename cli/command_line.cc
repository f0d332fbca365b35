// Reads a command line with CLI11, and writes help with the examples first.
#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "cli/exit_status.h"
#include "cli/report.h"
#include "syscall-tables/names.h"

namespace scbpf::cli {
namespace {

// Where DescribeCommandLine wants the next command line; else null.
CommandLine* described = nullptr;

std::vector<std::string> SplitNames(const std::string& names) {
  std::vector<std::string> result(1);
  for (const char c : names) {
    if (c == ',') {
      result.emplace_back();
    } else {
      result.back().push_back(c);
    }
  }
  return result;
}

// The option that is called `name`, "--abi"; null: none.
const Option* FindOption(const CommandLine& line, const std::string& name) {
  for (const Option& option : line.options) {
    for (const std::string& each : SplitNames(option.names)) {
      if (each == name) return &option;
    }
  }
  return nullptr;
}

// Prints the error of a command line, and where to read on.
int UsageError(const CommandLine& line,
               const std::vector<std::string>& arguments,
               const std::string& text) {
  Talk talk;
  talk.verb = line.verb;
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  talk.json = FindOption(line, "--json") != nullptr &&
              std::find(arguments.begin(), dashes, "--json") != dashes;
  const int status = Fail(talk, absl::InvalidArgumentError(text));
  std::fprintf(stderr, "Try: scbpf %s --help\n", line.verb.c_str());
  return status;
}

void PrintOption(const Option& option) {
  std::string left = "  ";
  if (option.names.compare(0, 2, "--") == 0) left += "    ";
  for (const char c : option.names) {
    left.push_back(c);
    if (c == ',') left.push_back(' ');
  }
  if (!option.value_name.empty()) left += " " + option.value_name;
  if (left.size() < 28) {
    left.resize(28, ' ');
  } else {
    left += "\n" + std::string(28, ' ');
  }
  std::string_view help = option.help;
  while (!help.empty()) {
    size_t cut = help.size();
    if (cut > 52) {
      cut = help.rfind(' ', 52);
      if (cut == std::string_view::npos) cut = help.size();
    }
    std::printf("%s%.*s\n", left.c_str(), static_cast<int>(cut), help.data());
    help.remove_prefix(cut == help.size() ? cut : cut + 1);
    left.assign(28, ' ');
  }
}

void PrintHelp(const CommandLine& line) {
  std::printf("scbpf %s: %s\n\nExamples:\n%s\nUsage: scbpf %s %s\n\nOptions:\n",
              line.verb.c_str(), line.summary.c_str(), line.examples.c_str(),
              line.verb.c_str(), line.words_usage.c_str());
  bool any_of_target = false;
  for (const Option& option : line.options) {
    any_of_target = any_of_target || option.of_target;
    if (!option.of_target) PrintOption(option);
  }
  PrintOption({"-h,--help", "", "this text", nullptr});
  if (any_of_target) std::printf("\nTarget options:\n");
  for (const Option& option : line.options) {
    if (option.of_target) PrintOption(option);
  }
  if (!line.notes.empty()) std::printf("\n%s", line.notes.c_str());
}

std::string DescribeUnknown(const CommandLine& line, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> known = {"--help"};
  for (const Option& option : line.options) {
    for (std::string& each : SplitNames(option.names)) {
      if (each.size() > 2) known.push_back(std::move(each));
    }
  }
  return WithNearest("unknown option " + name, name, known);
}

// Of an option without its value, which CLI11 tells as
// "--abi: 1 required ABI missing".
std::string DescribeMissing(const CommandLine& line, const std::string& told) {
  const std::string name = told.substr(0, told.find(':'));
  const Option* option = FindOption(line, name);
  if (option == nullptr) return told;
  return name + " needs a value: " + option->value_name;
}

std::string DescribeWordCount(const CommandLine& line) {
  if (line.words.size() < line.least_words) {
    return "too few arguments; usage: scbpf " + line.verb + " " +
           line.words_usage;
  }
  return "unexpected argument \"" + line.words[line.most_words] +
         "\"; usage: scbpf " + line.verb + " " + line.words_usage;
}

// "--abi=x86" as two words: CLI11 would take the word behind "--abi=" for the
// value that is empty.
absl::StatusOr<std::vector<std::string>> SplitValues(
    const CommandLine& line, const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  auto argument = arguments.begin();
  for (; argument != arguments.end() && *argument != "--"; ++argument) {
    const size_t equal = argument->find('=');
    const std::string name = argument->substr(0, equal);
    const Option* option = FindOption(line, name);
    if (equal == std::string::npos || option == nullptr) {
      result.push_back(*argument);
    } else if (option->value_name.empty()) {
      return absl::InvalidArgumentError(name + " takes no value");
    } else {
      result.push_back(name);
      result.push_back(argument->substr(equal + 1));
    }
  }
  result.insert(result.end(), argument, arguments.end());
  return result;
}

struct Parsed {
  std::vector<std::vector<std::string>> values;  // per option
  std::vector<int> counts;                       // of switches
  std::vector<std::string> words;
  std::optional<std::string> unknown;  // what looks like an option
  bool help = false;
};

// Sorts what no option took.
void SortRest(const std::vector<std::string>& rest, Parsed& parsed) {
  bool only_words = false;
  for (const std::string& word : rest) {
    if (!only_words && word == "--") {
      only_words = true;
      continue;
    }
    const bool number = word.size() > 1 && word[1] >= '0' && word[1] <= '9';
    if (only_words || word.size() < 2 || word[0] != '-' || number) {
      parsed.words.push_back(word);
    } else if (!parsed.unknown.has_value()) {
      parsed.unknown = word;
    }
  }
}

// Throws as CLI11 does.
Parsed Parse(const std::vector<std::string>& arguments,
             const CommandLine& line) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  Parsed parsed;
  const size_t count = line.options.size();
  parsed.values.resize(count);
  parsed.counts.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const Option& option = line.options[i];
    if (option.value_name.empty()) {
      app.add_flag(option.names, parsed.counts[i])->disable_flag_override();
    } else {
      app.add_option(option.names, parsed.values[i])
          ->type_size(1)
          ->type_name(option.value_name)
          ->expected(1)
          ->allow_extra_args(false)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }
  app.add_flag("-h,--help", parsed.help);
  app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  // Words are no option of CLI11's, which would split "[a,b]".
  SortRest(app.remaining(), parsed);
  return parsed;
}

// Hands every value to its option.
absl::Status Take(const CommandLine& line, const Parsed& parsed) {
  for (size_t i = 0; i < line.options.size(); ++i) {
    const Option& option = line.options[i];
    if (parsed.counts[i] > 0) {
      const absl::Status status = option.take("");
      if (!status.ok()) return status;
    }
    for (const std::string& value : parsed.values[i]) {
      const absl::Status status = option.take(value);
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string WithNearest(std::string text, const std::string& word,
                        const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string_view nearest = NearestName(word, views);
  if (!nearest.empty()) {
    text += "; did you mean \"" + std::string(nearest) + "\"?";
  }
  return text;
}

Option Store(std::string names, std::string value_name, std::string help,
             std::string& into) {
  return {std::move(names), std::move(value_name), std::move(help),
          [&into](const std::string& value) {
            into = value;
            return absl::OkStatus();
          }};
}

Option Switch(std::string names, std::string help, bool& into) {
  return {std::move(names), "", std::move(help), [&into](const std::string&) {
            into = true;
            return absl::OkStatus();
          }};
}

Option Choose(std::string names, std::vector<std::string> choices,
              std::string help,
              std::function<void(const std::string& word)> chosen) {
  std::string shown;
  for (const std::string& choice : choices) {
    if (!shown.empty()) shown += "|";
    shown += choice;
  }
  const std::string name = SplitNames(names).back();
  auto take = [name, shown, choices = std::move(choices),
               chosen = std::move(chosen)](const std::string& value) {
    for (const std::string& choice : choices) {
      if (choice != value) continue;
      chosen(value);
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(WithNearest(
        name + " \"" + value + "\" is none of " + shown, value, choices));
  };
  return {std::move(names), std::move(shown), std::move(help), std::move(take)};
}

CommandLine DescribeCommandLine(
    const std::function<int(const std::vector<std::string>&)>& verb) {
  CommandLine line;
  described = &line;
  verb({});
  described = nullptr;
  return line;
}

std::optional<int> ReadCommandLine(const std::vector<std::string>& arguments,
                                   CommandLine& line) {
  if (described != nullptr) {
    *described = line;
    return kDone;
  }
  const auto fail = [&](const std::string& text) {
    return UsageError(line, arguments, text);
  };
  const auto split = SplitValues(line, arguments);
  if (!split.ok()) return fail(std::string(split.status().message()));
  try {
    Parsed parsed = Parse(*split, line);
    if (parsed.help) {
      PrintHelp(line);
      return kDone;
    }
    if (parsed.unknown.has_value()) {
      return fail(DescribeUnknown(line, *parsed.unknown));
    }
    const absl::Status status = Take(line, parsed);
    if (!status.ok()) return fail(std::string(status.message()));
    line.words = std::move(parsed.words);
  } catch (const CLI::ArgumentMismatch& error) {
    return fail(DescribeMissing(line, error.what()));
  } catch (const CLI::Error& error) {
    return fail(error.what());
  }
  if (line.words.size() < line.least_words ||
      line.words.size() > line.most_words) {
    return fail(DescribeWordCount(line));
  }
  return std::nullopt;
}

}  // namespace scbpf::cli
