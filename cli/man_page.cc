// Turns what `scbpf [VERB] --help` prints into a page for man(1); a part of
// the build, so that pages and help cannot drift apart.
//
// Help is: "NAME: SUMMARY", then sections with a heading and indented lines,
// then notes. The help of an option starts at kHelpColumn.
#include <algorithm>
#include <cctype>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr size_t kHelpColumn = 28;

// `text` so that roff takes nothing in it for a command.
std::string Escape(std::string_view text) {
  std::string escaped;
  if (text.starts_with('.') || text.starts_with('\'')) escaped = "\\&";
  for (const char c : text) {
    switch (c) {
      case '\\':
        escaped += "\\e";
        break;
      case '-':
        escaped += "\\-";
        break;
      case '\'':
        escaped += "\\(aq";
        break;
      case '^':
        escaped += "\\(ha";
        break;
      case '~':
        escaped += "\\(ti";
        break;
      case '`':
        escaped += "\\(ga";
        break;
      default:
        escaped.push_back(c);
    }
  }
  return escaped;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return upper;
}

void PrintTagged(std::string_view tag, std::string_view text) {
  std::cout << ".TP\n.B " << Escape(Trim(tag)) << "\n";
  if (!Trim(text).empty()) std::cout << Escape(Trim(text)) << "\n";
}

// A line of "Options:": an option with the start of its help, or more help.
void PrintOptionLine(std::string_view line) {
  if (!Trim(line).starts_with('-') || line.find('-') >= kHelpColumn) {
    std::cout << Escape(Trim(line)) << "\n";
    return;
  }
  const bool help_beside =
      line.size() > kHelpColumn && line[kHelpColumn - 1] == ' ';
  const size_t end = help_beside ? kHelpColumn : line.size();
  PrintTagged(line.substr(0, end), line.substr(end));
}

// A line of "Verbs:". Returns the verb.
std::string PrintVerbLine(std::string_view line) {
  line = Trim(line);
  const size_t end = std::min(line.find(' '), line.size());
  PrintTagged(line.substr(0, end), line.substr(end));
  return std::string(line.substr(0, end));
}

enum class Section { kNone, kVerbatim, kOptions, kVerbs, kNotes };

// Prints the heading of the section that starts with `line`.
Section StartSection(std::string_view line) {
  if (line.starts_with("Usage: ")) {
    std::cout << ".SH SYNOPSIS\n" << Escape(line.substr(7)) << "\n";
    return Section::kNone;
  }
  if (line.ends_with(':')) {
    const std::string_view heading = line.substr(0, line.size() - 1);
    std::cout << ".SH " << Upper(heading) << "\n";
    if (heading.ends_with("ptions")) return Section::kOptions;
    if (heading == "Verbs") return Section::kVerbs;
    std::cout << ".nf\n";
    return Section::kVerbatim;
  }
  std::cout << ".SH NOTES\n" << Escape(line) << "\n";
  return Section::kNotes;
}

void PrintBodyLine(Section section, std::string_view line,
                   std::vector<std::string>& verbs) {
  switch (section) {
    case Section::kOptions:
      PrintOptionLine(line);
      break;
    case Section::kVerbs:
      verbs.push_back(PrintVerbLine(line));
      break;
    case Section::kNone:
    case Section::kVerbatim:
    case Section::kNotes:
      std::cout << Escape(line) << "\n";
      break;
  }
}

// A section goes on until a blank line and a line that is not indented; notes
// until a heading.
void PrintBody(std::vector<std::string>& verbs) {
  Section section = Section::kNone;
  bool after_blank = false;
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.empty()) {
      after_blank = true;
      continue;
    }
    const bool goes_on = !after_blank || line[0] == ' ' ||
                         (section == Section::kNotes && !line.ends_with(':'));
    if (!goes_on) {
      if (section == Section::kVerbatim) std::cout << ".fi\n";
      section = StartSection(line);
    } else {
      if (after_blank && section == Section::kNotes) std::cout << ".PP\n";
      if (after_blank && section == Section::kVerbatim) std::cout << ".sp\n";
      PrintBodyLine(section, line, verbs);
    }
    after_blank = false;
  }
  if (section == Section::kVerbatim) std::cout << ".fi\n";
}

void PrintSeeAlso(const std::vector<std::string>& verbs) {
  std::cout << ".SH SEE ALSO\n";
  if (verbs.empty()) std::cout << "scbpf(1)";
  for (size_t i = 0; i < verbs.size(); ++i) {
    std::cout << (i == 0 ? "" : ",\n") << "scbpf\\-" << verbs[i] << "(1)";
  }
  std::cout << "\n";
}

}  // namespace

int main() {
  std::string first;
  std::getline(std::cin, first);
  const size_t colon = first.find(": ");
  if (!first.starts_with("scbpf") || colon == std::string::npos) {
    std::cerr << "scbpf_man_page: no help of scbpf\n";
    return 1;
  }
  std::string name = first.substr(0, colon);
  for (char& c : name) c = c == ' ' ? '-' : c;
  std::cout << ".TH " << Upper(name) << " 1 \"\" \"scbpf " SCBPF_VERSION
            << "\"\n.nh\n.ad l\n.SH NAME\n"
            << Escape(name) << " \\- " << Escape(first.substr(colon + 2))
            << "\n";
  std::vector<std::string> verbs;
  PrintBody(verbs);
  PrintSeeAlso(verbs);
  return std::cout.good() ? 0 : 1;
}
