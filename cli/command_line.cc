// Reads a command line with CLI11, and writes help with the examples first.
#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string_view>
#include <utility>

#include "cli/exit_status.h"
#include "syscall-tables/names.h"

namespace scbpf::cli {
namespace {

// Where DescribeCommandLine wants the next command line; else null.
CommandLine* described = nullptr;

// Prints the error of a command line, and where to read on.
int UsageError(const CommandLine& line, const std::string& text) {
  std::fprintf(stderr, "scbpf %s: error: %s\nTry: scbpf %s --help\n",
               line.verb.c_str(), text.c_str(), line.verb.c_str());
  return kUsage;
}

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

// The first word that looks like an option and is none.
std::string DescribeUnknown(const CommandLine& line,
                            const std::vector<std::string>& extras) {
  for (const std::string& extra : extras) {
    if (extra.size() < 2 || extra[0] != '-' || extra == "--") continue;
    const std::string name = extra.substr(0, extra.find('='));
    std::vector<std::string> known = {"--help"};
    for (const Option& option : line.options) {
      for (std::string& each : SplitNames(option.names)) {
        if (each.size() > 2) known.push_back(std::move(each));
      }
    }
    return WithNearest("unknown option " + name, name, known);
  }
  return {};
}

std::string DescribeWordCount(const CommandLine& line) {
  if (line.words.size() < line.least_words) {
    return "too few arguments; usage: scbpf " + line.verb + " " +
           line.words_usage;
  }
  return "unexpected argument \"" + line.words[line.most_words] +
         "\"; usage: scbpf " + line.verb + " " + line.words_usage;
}

struct Parsed {
  std::vector<std::vector<std::string>> values;  // per option
  std::vector<int> counts;                       // of switches
  std::vector<std::string> extras;
  bool help = false;
};

// Throws as CLI11 does.
Parsed Parse(const std::vector<std::string>& arguments, CommandLine& line) {
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
  app.add_option("words", line.words)->expected(0, 1 << 20);
  app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  parsed.extras = app.remaining();
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
  try {
    const Parsed parsed = Parse(arguments, line);
    if (parsed.help) {
      PrintHelp(line);
      return kDone;
    }
    const std::string unknown = DescribeUnknown(line, parsed.extras);
    if (!unknown.empty()) return UsageError(line, unknown);
    const absl::Status status = Take(line, parsed);
    if (!status.ok()) return UsageError(line, std::string(status.message()));
  } catch (const CLI::Error& error) {
    return UsageError(line, error.what());
  }
  if (line.words.size() < line.least_words ||
      line.words.size() > line.most_words) {
    return UsageError(line, DescribeWordCount(line));
  }
  return std::nullopt;
}

}  // namespace scbpf::cli
