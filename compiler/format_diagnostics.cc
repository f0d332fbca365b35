// Diagnostics as text: place, severity, words, the source line and a caret.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "compiler/locate.h"
#include "compiler/severity_name.h"
#include "compiler/utf8.h"
#include "scbpf/diagnostic.h"

namespace scbpf {
namespace {

constexpr size_t kMostTold = 1000;
constexpr size_t kWidest = 100;  // columns of source shown
constexpr size_t kLongestPointer = 120;

constexpr std::string_view kPlain = "\033[0m";
constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kGreen = "\033[1;32m";

std::string_view ColorOf(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "\033[1;31m";
    case Severity::kWarning:
      return "\033[1;35m";
    case Severity::kNote:
      return "\033[1;36m";
  }
  return "";
}

// Bytes of the character at `at` where a terminal may see it; 0: it may not
// (control characters, also those of Unicode that turn the writing around).
size_t ShownLength(std::string_view text, size_t at) {
  const size_t length = Utf8Length(text, at);
  const std::string_view c = text.substr(at, length);
  if (length == 1 && (c[0] < 0x20 || c[0] == 0x7f)) return 0;
  if (length == 2 && c[0] == '\xc2' && c < "\xc2\xa0") return 0;
  if (length == 3 && c >= "\xe2\x80\xaa" && c <= "\xe2\x80\xae") return 0;
  if (length == 3 && c >= "\xe2\x81\xa6" && c <= "\xe2\x81\xa9") return 0;
  return length;
}

// A character as it is shown.
struct Cell {
  std::string_view shown;
  size_t bytes = 1;
};
Cell CellAt(std::string_view text, size_t at) {
  if (text[at] == '\t') return {"\t", 1};
  const size_t length = ShownLength(text, at);
  if (length == 0) return {"?", std::max<size_t>(1, Utf8Length(text, at))};
  return {text.substr(at, length), length};
}

std::string Shown(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const Cell cell = CellAt(text, i);
    out += cell.shown == "\t" ? " " : cell.shown;
    i += cell.bytes;
  }
  return out;
}

// The stretch of the line around `at` that is shown.
struct Window {
  size_t first = 0;
  size_t end = 0;
  bool cut_before = false;
  bool cut_behind = false;
};
Window FindWindow(std::string_view text, size_t line_start, size_t at) {
  Window window{line_start, 0};
  if (at - line_start > kWidest * 3 / 5) {
    const size_t rest =
        std::min(text.substr(at, kWidest).find('\n'), text.size() - at);
    const size_t behind = std::min(rest, kWidest * 2 / 5);
    if (at - line_start + behind > kWidest) {
      window.first = at - (kWidest - behind - 3);
      window.cut_before = true;
    }
  }
  // Not in the middle of a character.
  while (window.first < at && (text[window.first] & '\xc0') == '\x80') {
    ++window.first;
  }
  const std::string_view rest = text.substr(window.first, kWidest + 1);
  window.end = window.first + std::min(rest.find('\n'), rest.size());
  if (window.end - window.first > kWidest) {
    window.end = window.first + kWidest - 3;
    while (window.end > at && (text[window.end] & '\xc0') == '\x80') {
      --window.end;
    }
    window.cut_behind = true;
  }
  if (window.end > window.first && text[window.end - 1] == '\r' &&
      !window.cut_behind) {
    --window.end;
  }
  return window;
}

// The source line and the line with the caret.
std::string Excerpt(std::string_view text, SourceSpan span, size_t line_start,
                    bool color) {
  const size_t at = std::min<size_t>(span.offset, text.size());
  const Window window = FindWindow(text, line_start, at);
  std::string source = window.cut_before ? "..." : "";
  std::string caret = window.cut_before ? "   " : "";
  std::string mark = "^";
  for (size_t i = window.first; i < window.end;) {
    const Cell cell = CellAt(text, i);
    source += cell.shown;
    if (i < at) caret += cell.shown == "\t" ? '\t' : ' ';
    if (i > at && i < at + span.length) mark += '~';
    i += cell.bytes;
  }
  if (source.find_first_not_of(" \t") == std::string::npos) return "";
  if (window.cut_behind) source += "...";
  if (color) mark = std::string(kGreen) + mark + std::string(kPlain);
  return source + "\n" + caret + mark + "\n";
}

std::string Pointed(const std::string& pointer) {
  if (pointer.empty()) return "";
  if (pointer.size() <= kLongestPointer) return " [" + Shown(pointer) + "]";
  const size_t tail = pointer.size() - kLongestPointer;
  return " [..." +
         Shown(pointer.substr(pointer.find('/', tail) == std::string::npos
                                  ? tail
                                  : pointer.find('/', tail))) +
         "]";
}

std::string Head(const Location& location, Severity severity,
                 const std::string& words, const DiagnosticStyle& style) {
  const std::string place = Shown(style.file) + ":" +
                            std::to_string(location.line) + ":" +
                            std::to_string(location.column) + ":";
  const std::string name = std::string(SeverityName(severity)) + ":";
  if (!style.color) {
    return place + " " + name + " " + words + Pointed(location.pointer) + "\n";
  }
  std::string out(kBold);
  out.append(place).append(kPlain).append(" ");
  out.append(ColorOf(severity)).append(name).append(kPlain).append(" ");
  out.append(kBold).append(words).append(kPlain);
  return out.append(Pointed(location.pointer)).append("\n");
}

struct Told {
  const Diagnostic* diagnostic = nullptr;
  size_t count = 1;
};

// What is told under `style`, in the order of the text.
std::vector<Told> Choose(const Diagnostics& diagnostics,
                         const DiagnosticStyle& style) {
  std::vector<Told> out;
  for (const Diagnostic& each : diagnostics) {
    if (each.severity == Severity::kNote && !style.verbose) continue;
    out.push_back({&each});
  }
  std::stable_sort(out.begin(), out.end(), [](const Told& a, const Told& b) {
    return a.diagnostic->at.offset < b.diagnostic->at.offset;
  });
  if (style.verbose) return out;
  std::map<std::pair<std::string_view, std::string_view>, size_t> first_of;
  std::vector<Told> folded;
  for (const Told& told : out) {
    if (!told.diagnostic->folded.empty()) {
      const auto [found, fresh] = first_of.try_emplace(
          {told.diagnostic->id, told.diagnostic->folded}, folded.size());
      if (!fresh) {
        ++folded[found->second].count;
        continue;
      }
    }
    folded.push_back(told);
  }
  return folded;
}

}  // namespace

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "";
}

std::string FormatDiagnostics(std::string_view text,
                              const Diagnostics& diagnostics,
                              const DiagnosticStyle& style) {
  const std::vector<Told> all = Choose(diagnostics, style);
  Locator locator(text, style.json);
  std::string out;
  for (size_t i = 0; i < std::min(all.size(), kMostTold); ++i) {
    const Diagnostic& each = *all[i].diagnostic;
    std::string words = each.text;
    if (all[i].count > 1) {
      words = each.folded + " (" + std::to_string(all[i].count) +
              " times; -v tells each)";
    }
    const bool raised = style.strict && each.severity == Severity::kWarning;
    const Severity severity = raised ? Severity::kError : each.severity;
    out += Head(locator.Seek(each.at.offset), severity, words, style);
    out += Excerpt(text, each.at, locator.line_start(), style.color);
  }
  if (all.size() > kMostTold) {
    out += Shown(style.file) + ": " + std::to_string(all.size() - kMostTold) +
           " more not told\n";
  }
  return out;
}

int CountErrors(const Diagnostics& diagnostics, bool strict) {
  return static_cast<int>(std::count_if(
      diagnostics.begin(), diagnostics.end(), [&](const Diagnostic& each) {
        return each.severity == Severity::kError ||
               (strict && each.severity == Severity::kWarning);
      }));
}

int CountWarnings(const Diagnostics& diagnostics) {
  return static_cast<int>(std::count_if(
      diagnostics.begin(), diagnostics.end(), [](const Diagnostic& each) {
        return each.severity == Severity::kWarning;
      }));
}

}  // namespace scbpf
