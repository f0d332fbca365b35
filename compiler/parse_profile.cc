// ParseProfile: which part of the text is the profile, and reading it.
#include <algorithm>
#include <iterator>

#include "compiler/read_document.h"
#include "compiler/read_json.h"
#include "compiler/read_profile.h"
#include "compiler/read_syntax.h"
#include "scbpf/profile.h"

namespace scbpf {
namespace {

constexpr size_t kMaxText = size_t{8} << 20;

void TellEnd(std::string_view text, const JsonEnd& end, Findings& findings) {
  if (end.how == JsonEnd::How::kSyntaxError) TellSyntax(text, end, findings);
}

// Reads `text`, whose places are those of the original.
std::optional<Profile> ReadDocument(std::string_view text, Dialect dialect,
                                    Findings& findings) {
  Findings bare;
  ProfileReader reader(dialect, /*in_document=*/false, bare);
  const SourceSpan whole{0, static_cast<uint32_t>(text.size())};
  const JsonEnd end = ReadJson(text, whole, reader);
  const bool complete = end.how == JsonEnd::How::kComplete;
  if (reader.LooksLikeProfile() || bare.Full()) {
    findings.Append(std::move(bare));
    TellEnd(text, end, findings);
    return reader.TakeProfile();
  }
  const std::optional<SourceSpan> seccomp = reader.watch().seccomp();
  if (!seccomp) {
    if (complete) {
      reader.watch().TellForeign(text, findings);
    } else {
      findings.Append(std::move(bare));
      TellEnd(text, end, findings);
    }
    return std::nullopt;
  }
  if (end.how == JsonEnd::How::kStoppedByReader) {
    findings.Append(std::move(bare));
  } else {
    reader.watch().TellKeys(findings);
  }
  const Dialect inner = dialect == Dialect::kAuto ? Dialect::kOci : dialect;
  ProfileReader part(inner, /*in_document=*/true, findings);
  ReadJson(text, *seccomp, part);
  TellEnd(text, end, findings);
  return part.TakeProfile();
}

std::optional<Profile> ReadText(std::string_view text, Dialect dialect,
                                Findings& findings) {
  if (text.size() > kMaxText) {
    findings.Error("too-large", {},
                   Cat({"a profile has at most 8 MiB; this text has ",
                        std::to_string(text.size()), " bytes"}));
    return std::nullopt;
  }
  if (TellForeignText(text, findings)) return std::nullopt;
  if (!text.starts_with("\xef\xbb\xbf")) {
    Findings first;
    std::optional<Profile> profile = ReadDocument(text, dialect, first);
    if (!first.Has("syntax")) {
      findings.Append(std::move(first));
      return profile;
    }
  }
  // Perhaps what stopped the reading is one of JSON's common extensions.
  const std::string blanked = BlankExtensions(text, findings);
  if (findings.Full()) return std::nullopt;
  return ReadDocument(blanked, dialect, findings);
}

}  // namespace

std::optional<Profile> ParseProfile(std::string_view text, Dialect dialect,
                                    Diagnostics& findings) {
  Findings found;
  std::optional<Profile> profile = ReadText(text, dialect, found);
  std::move(found.all().begin(), found.all().end(),
            std::back_inserter(findings));
  if (found.errors() > 0) return std::nullopt;
  return profile;
}

}  // namespace scbpf
