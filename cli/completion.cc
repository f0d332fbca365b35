// scbpf completion: what shells need to complete its command lines, made of the
// option tables that --help is printed from.
#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "arch/abi.h"
#include "cli/command_line.h"
#include "cli/exit_status.h"
#include "cli/report.h"
#include "cli/verbs.h"
#include "cli/write_output.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf::cli {
namespace {

// What may stand at a place of the command line.
struct Choices {
  std::vector<std::string> words;
  bool files = false;
  bool syscalls = false;
};

template <typename Delimiter>
std::vector<std::string> Split(const std::string& text, Delimiter delimiter) {
  return absl::StrSplit(text, delimiter);
}

bool Has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

bool IsLiteral(const std::string& word) {
  for (const char c : word) {
    if (std::isupper(static_cast<uint8_t>(c)) != 0 || c == '.') return false;
  }
  return !word.empty();
}

// By what --help calls the value: "ABI", "FILE", "FILTER", "raw|base64".
Choices ChoicesOfValue(const std::string& value_name) {
  Choices choices;
  std::vector<std::string>& words = choices.words;
  for (const std::string& part : Split(value_name, '|')) {
    if (IsLiteral(part)) {
      words.push_back(part);
    } else if (Has(part, "FIL") || Has(part, "DIR")) {
      choices.files = true;
    } else if (part == "ABI" || part == "A,B,C") {
      for (const Abi* abi : AllAbis()) {
        if (abi->has_table) words.emplace_back(abi->id);
      }
    } else if (Has(part, "CAP")) {
      for (const auto name : AllCapabilities()) words.emplace_back(name);
    } else if (part == "ACTION") {
      words.insert(words.end(), {"allow", "log", "trace", "notify", "errno",
                                 "trap", "kill_thread", "kill_process"});
    }
  }
  return choices;
}

// By the verb's usage: "PROFILE...", "INPUT... SYSCALL [ARG...]", "bash|zsh".
Choices ChoicesOfUsage(const CommandLine& line) {
  const std::string usage = line.words_usage.substr(
      0,
      std::min(line.words_usage.find(" [options]"), line.words_usage.size()));
  Choices choices;
  choices.syscalls = Has(usage, "SYSCALL") || Has(usage, "NAME");
  for (const char* file : {"PROFILE", "INPUT", "FILTER", "FILE", "BUNDLE"}) {
    choices.files = choices.files || Has(usage, file);
  }
  choices.files = choices.files || usage.compare(0, 3, "A B") == 0;
  for (const std::string& word : Split(usage, absl::ByAnyChar("| "))) {
    if (IsLiteral(word) && word[0] != '-' && word[0] != '[') {
      choices.words.push_back(word);
    }
  }
  return choices;
}

std::vector<std::string> NamesOf(const Option& option) {
  return absl::StrSplit(option.names, ',');
}

std::vector<Option> OptionsOf(const CommandLine& line) {
  std::vector<Option> options = line.options;
  options.push_back({"-h,--help", "", "this text", nullptr});
  return options;
}

std::vector<CommandLine> DescribeVerbs() {
  std::vector<CommandLine> lines;
  for (const Verb& verb : AllVerbs()) {
    lines.push_back(DescribeCommandLine(verb.run));
    lines.back().verb = verb.name;
    lines.back().summary = verb.summary;
  }
  return lines;
}

// For bash and zsh: sets $choices, and $files where a file may stand there.
std::string AssignChoices(const Choices& choices) {
  std::string text = "choices='" + absl::StrJoin(choices.words, " ") + "'";
  if (choices.syscalls) text += " choices+=\" $syscalls\"";
  if (choices.files) text += " files=1";
  return text;
}

// For bash and zsh: a case on "$verb $before", then on the word itself.
std::string ChoiceCases(const std::vector<CommandLine>& lines) {
  std::string text = "  case \"$verb $before\" in\n";
  for (const CommandLine& line : lines) {
    for (const Option& option : line.options) {
      if (option.value_name.empty()) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : NamesOf(option)) {
        patterns.push_back("'" + line.verb + " " + name + "'");
      }
      text += "    " + absl::StrJoin(patterns, "|") + ") " +
              AssignChoices(ChoicesOfValue(option.value_name)) + " ;;\n";
    }
  }
  text += "    *)\n      case \"$verb $word\" in\n";
  for (const CommandLine& line : lines) {
    std::vector<std::string> names;
    for (const Option& option : OptionsOf(line)) {
      for (const std::string& name : NamesOf(option)) names.push_back(name);
    }
    text += "        '" + line.verb + " -'*) choices='" +
            absl::StrJoin(names, " ") + "' ;;\n        '" + line.verb +
            " '*) " + AssignChoices(ChoicesOfUsage(line)) + " ;;\n";
  }
  return text + "      esac ;;\n  esac\n";
}

std::string SyscallWords() {
  std::string text;
  for (const std::string_view name : AllSyscallNames()) {
    if (!text.empty()) text += " ";
    text += name;
  }
  return text;
}

std::string BashScript(const std::vector<CommandLine>& lines) {
  std::vector<std::string> verbs;
  for (const CommandLine& line : lines) verbs.push_back(line.verb);
  return "# bash completion for scbpf; made by `scbpf completion bash`.\n"
         "_scbpf() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]}\n"
         "  local before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}\n"
         "  local choices= files=\n"
         "  local syscalls='" +
         SyscallWords() +
         "'\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    choices='" +
         absl::StrJoin(verbs, " ") +
         " help --help --version' verb=\n"
         "  elif [ \"$COMP_CWORD\" -eq 2 ] && [ \"$verb\" = help ]; then\n"
         "    choices='" +
         absl::StrJoin(verbs, " ") + "'\n  fi\n" + ChoiceCases(lines) +
         "  COMPREPLY=($(compgen -W \"$choices\" -- \"$word\"))\n"
         "  if [ -n \"$files\" ]; then\n"
         "    local IFS=$'\\n'\n"
         "    COMPREPLY+=($(compgen -f -- \"$word\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _scbpf scbpf\n";
}

// Text inside single quotes of bash and zsh.
std::string Quoted(const std::string& text) {
  return "'" + absl::StrReplaceAll(text, {{"'", "'\\''"}}) + "'";
}

std::string ZshScript(const std::vector<CommandLine>& lines) {
  std::string verbs;
  for (const CommandLine& line : lines) {
    verbs += "      " + Quoted(line.verb + ":" + line.summary) + "\n";
  }
  return "#compdef scbpf\n"
         "# zsh completion for scbpf; made by `scbpf completion zsh`.\n"
         "_scbpf() {\n"
         "  local word=$words[CURRENT] before=$words[CURRENT-1]\n"
         "  local verb=$words[2] choices= files=\n"
         "  local syscalls='" +
         SyscallWords() +
         "'\n"
         "  if (( CURRENT == 2 )) || [[ CURRENT -eq 3 && $verb == help ]]; "
         "then\n"
         "    local -a verbs\n"
         "    verbs=(\n" +
         verbs +
         "    )\n"
         "    _describe -t verbs verb verbs\n"
         "    return\n"
         "  fi\n" +
         ChoiceCases(lines) +
         "  local -a list\n"
         "  list=(${=choices})\n"
         "  compadd -a list\n"
         "  [[ -z $files ]] || _files\n"
         "}\n"
         "if [[ $funcstack[1] == _scbpf ]]; then\n"
         "  _scbpf \"$@\"  # autoloaded from a file of fpath\n"
         "else\n"
         "  compdef _scbpf scbpf\n"
         "fi\n";
}

// Text inside single quotes of fish.
std::string FishQuoted(const std::string& text) {
  return "'" + absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}) + "'";
}

// " -a '...' -F", without files unless they may stand there.
std::string FishArguments(const Choices& choices) {
  std::string text;
  if (!choices.words.empty()) {
    text += " -a " + FishQuoted(absl::StrJoin(choices.words, " "));
  }
  if (choices.syscalls) text += " -a \"$__scbpf_syscalls\"";
  return text + (choices.files ? " -F" : " -f");
}

std::string FishScript(const std::vector<CommandLine>& lines) {
  std::string text =
      "# fish completion for scbpf; made by `scbpf completion fish`.\n"
      "set -g __scbpf_syscalls " +
      FishQuoted(SyscallWords()) + "\ncomplete -c scbpf -f\n";
  for (const CommandLine& line : lines) {
    text += "complete -c scbpf -n __fish_use_subcommand -f -a " + line.verb +
            " -d " + FishQuoted(line.summary) + "\n";
  }
  for (const CommandLine& line : lines) {
    const std::string start =
        "complete -c scbpf -n '__fish_seen_subcommand_from " + line.verb + "'";
    text += start + FishArguments(ChoicesOfUsage(line)) + "\n";
    for (const Option& option : OptionsOf(line)) {
      text += start;
      for (const std::string& name : NamesOf(option)) {
        const bool is_long = name.compare(0, 2, "--") == 0;
        text += (is_long ? " -l " : " -s ") + name.substr(is_long ? 2 : 1);
      }
      if (!option.value_name.empty()) {
        text += " -r" + FishArguments(ChoicesOfValue(option.value_name));
      }
      text += " -d " + FishQuoted(option.help) + "\n";
    }
  }
  return text;
}

}  // namespace

int RunCompletion(const Arguments& arguments) {
  Talk talk;
  CommandLine line;
  line.verb = "completion";
  line.words_usage = "bash|zsh|fish";
  line.summary = "write the completions of a shell";
  line.examples =
      "  . <(scbpf completion bash)    # for this bash\n"
      "  scbpf completion bash > /etc/bash_completion.d/scbpf\n"
      "  scbpf completion zsh > \"${fpath[1]}/_scbpf\"\n"
      "  scbpf completion fish > ~/.config/fish/completions/scbpf.fish\n";
  talk.verb = line.verb;
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  const std::string& shell = line.words.front();
  const std::vector<std::string> known = {"bash", "zsh", "fish"};
  if (std::find(known.begin(), known.end(), shell) == known.end()) {
    return Fail(talk, absl::InvalidArgumentError(WithNearest(
                          "\"" + shell + "\" is none of bash, zsh, fish", shell,
                          known)));
  }
  const std::vector<CommandLine> lines = DescribeVerbs();
  const absl::Status status = WriteText(shell == "bash"  ? BashScript(lines)
                                        : shell == "zsh" ? ZshScript(lines)
                                                         : FishScript(lines));
  return status.ok() ? kDone : Fail(talk, status);
}

}  // namespace scbpf::cli
