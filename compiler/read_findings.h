// Where the reader of profiles puts what it finds.
#ifndef SCBPF_COMPILER_READ_FINDINGS_H_
#define SCBPF_COMPILER_READ_FINDINGS_H_

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "scbpf/diagnostic.h"

namespace scbpf {

std::string Cat(std::initializer_list<std::string_view> pieces);

// `text` between quotes, cut when it is long, control bytes and bytes that are
// no UTF-8 escaped: safe to show on a terminal.
std::string Quote(std::string_view text);

// `; did you mean "..."?`, or "" when no candidate is near.
std::string DidYouMean(std::string_view word,
                       std::span<const std::string_view> candidates);

class Findings;
// A key that its object has already.
void TellTwice(std::string_view key, SourceSpan at, Findings& findings);

// Findings of one reading. Past kMaxErrors errors nothing more is worth
// saying (Full()); warnings past kMaxWarnings are not kept.
class Findings {
 public:
  static constexpr int kMaxErrors = 10'000;
  static constexpr int kMaxWarnings = 100'000;

  void Error(std::string_view id, SourceSpan at, std::string text) {
    ++errors_;
    Add(Severity::kError, id, at, std::move(text), {});
  }
  void Warn(std::string_view id, SourceSpan at, std::string text,
            std::string folded = {}) {
    if (++warnings_ > kMaxWarnings) return;
    Add(Severity::kWarning, id, at, std::move(text), std::move(folded));
  }
  void Note(std::string_view id, SourceSpan at, std::string text) {
    Add(Severity::kNote, id, at, std::move(text), {});
  }

  void Append(Findings&& other);
  bool Has(std::string_view id) const;
  // Makes notes of the warnings with this id.
  void Demote(std::string_view id);

  // Whether to look for what was meant: yes, until it has been done often.
  bool Suggests() { return suggestions_ > 0 && suggestions_-- > 0; }

  bool Full() const { return errors_ >= kMaxErrors; }
  int errors() const { return errors_; }
  Diagnostics& all() { return all_; }

 private:
  void Add(Severity severity, std::string_view id, SourceSpan at,
           std::string text, std::string folded) {
    all_.push_back(
        {severity, std::string(id), at, std::move(text), std::move(folded)});
  }

  Diagnostics all_;
  int errors_ = 0;
  int warnings_ = 0;
  int suggestions_ = 1000;
};

}  // namespace scbpf

#endif  // SCBPF_COMPILER_READ_FINDINGS_H_
