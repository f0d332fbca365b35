// Which document a text is: a profile, a document that holds one, or something
// else altogether.
#ifndef SCBPF_COMPILER_READ_DOCUMENT_H_
#define SCBPF_COMPILER_READ_DOCUMENT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/read_findings.h"
#include "scbpf/diagnostic.h"

namespace scbpf {

// Watches the keys that are none of a profile's, to find linux.seccomp (or
// info.runtimeSpec.linux.seccomp), and to name foreign documents.
// Level 1 is the value of a key of the root.
class DocumentWatch {
 public:
  // Whether the key is there already in its object.
  bool Key(int level, std::string_view key, SourceSpan at);
  void Open(int level, uint32_t offset);
  void Close(int level, uint32_t end);
  void Scalar(bool null, SourceSpan at);

  bool any_key() const { return any_key_; }
  // The value of the seccomp key, when it was read to its end.
  std::optional<SourceSpan> seccomp() const { return seccomp_; }
  // Errors about what stands outside of it: keys told twice, and keys on the
  // way to it in another case.
  void TellKeys(Findings& findings) const;
  // One error for a document without any key of a profile.
  void TellForeign(std::string_view text, Findings& findings) const;

 private:
  enum class Step : uint8_t {
    kElsewhere,
    kRoot,
    kInfo,
    kRuntimeSpec,
    kLinux,
    kSeccomp,
  };
  struct Wrong {
    SourceSpan at;
    std::string key;
    bool twice = false;
    bool on_the_way = false;
  };
  // An object that is being read.
  struct Object {
    Step step = Step::kElsewhere;
    uint32_t seen_steps = 0;
    std::set<std::string, std::less<>> keys{};
  };

  Step Next(Object& object, std::string_view key, bool twice, SourceSpan at);
  void NoteKey(int level, std::string_view key);
  void NoteSeccomp(int level, SourceSpan at);

  std::vector<Object> objects_{{Step::kRoot}};  // by level
  Step next_ = Step::kElsewhere;
  int key_level_ = 0;      // of the last key
  int seccomp_level_ = 0;  // of the one that is being read
  uint32_t seccomp_begin_ = 0;
  std::optional<SourceSpan> seccomp_;
  int found_level_ = 0;  // of seccomp_
  std::vector<Wrong> wrong_;
  bool any_key_ = false;
  uint32_t hints_ = 0;
  std::vector<std::string> root_keys_;  // the first few
};

// One error when `text` is plainly no JSON (empty, binary, YAML, a policy in
// another language); answers whether there was one.
bool TellForeignText(std::string_view text, Findings& findings);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_READ_DOCUMENT_H_
