// The state machine that fills a Profile from JSON events.
#ifndef SCBPF_COMPILER_READ_PROFILE_H_
#define SCBPF_COMPILER_READ_PROFILE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/read_document.h"
#include "compiler/read_findings.h"
#include "compiler/read_json.h"
#include "compiler/read_slots.h"
#include "scbpf/profile.h"

namespace scbpf {

// Data of an action as a profile may tell it: by number and by name.
struct ErrnoData {
  std::optional<At<uint64_t>> number;
  std::optional<At<uint64_t>> name;
};

// Takes the events of one JSON value, which should be a profile. Everything
// found wrong goes to `findings`; reading goes on past it. Each event answers
// whether to go on.
class ProfileReader {
 public:
  // `in_document`: the profile is a part of a config.json or the like.
  ProfileReader(Dialect dialect, bool in_document, Findings& findings)
      : dialect_(dialect), in_document_(in_document), findings_(findings) {}

  bool Key(std::string_view key, SourceSpan at);
  bool Scalar(const JsonScalar& scalar);
  bool Open(Shape shape, uint32_t offset);
  bool Close(uint32_t end);

  // Whether the root has a key of a profile, or no key at all.
  bool LooksLikeProfile() const { return root_seen_ != 0 || !watch_.any_key(); }
  const DocumentWatch& watch() const { return watch_; }
  Profile TakeProfile() { return std::move(profile_); }

 private:
  struct Frame {
    Slot slot = Slot::kUnknown;
    uint32_t offset = 0;
    uint32_t serial = 0;
    uint64_t seen = 0;   // keys that are there
    uint64_t given = 0;  // and are not null

    bool Given(Slot key) const { return (given & BitOf(key)) != 0; }
    SourceSpan Brace() const { return {offset, 1}; }
  };
  // A key without effect: told once, with its count.
  struct IdleKey {
    SourceSpan first;
    uint32_t count = 0;
    uint32_t last_object = 0;  // serial of the object it was last seen in
    Slot object = Slot::kUnknown;
    Slot slot = Slot::kUnknown;
    bool silent = false;
  };

  // read_profile.cc: which value stands where.
  Slot NextSlot();
  Slot KeyByCase(const Frame& frame, std::string_view key, SourceSpan at);
  void CountIdle(const Frame& frame, Slot slot, std::string_view key,
                 SourceSpan at);
  bool IsIgnored(Slot slot) const;
  void NoteOwner(Slot slot, SourceSpan at);
  void Begin(Slot slot, uint32_t offset);
  void End(const Frame& frame, uint32_t end);
  void EndSkipped(uint32_t end);
  void WrongType(Slot slot, std::string_view found, SourceSpan at);
  // Ends a reading that finds nothing but errors.
  bool GoOn(SourceSpan at) { return !findings_.Full() || Stop(at); }
  bool Stop(SourceSpan at);

  // read_values.cc: what a scalar says.
  void Null(Slot slot, SourceSpan at);
  void String(Slot slot, std::string_view value, SourceSpan at);
  void Number(Slot slot, const JsonScalar& scalar);
  void NotANumber(Slot slot, const JsonScalar& scalar);
  std::optional<At<Action>> ReadAction(std::string_view value, SourceSpan at);
  std::string ReadArchitecture(std::string_view value, SourceSpan at);
  void ReadFlag(std::string_view value, SourceSpan at);
  std::optional<At<uint64_t>> ReadErrno(std::string_view value, SourceSpan at);
  void ReadOperator(std::string_view value, SourceSpan at);
  void ReadMinKernel(std::string_view value, SourceSpan at);
  void CheckFilterWord(Slot slot, std::string_view value, SourceSpan at);

  // read_checks.cc: what an object says as a whole.
  void EndArg(const Frame& frame);
  void EndEntry(const Frame& frame);
  void EndRoot(const Frame& frame);
  void CheckNames(const Frame& frame, ProfileEntry& entry);
  void CheckCondition(const ProfileEntry& entry, const ProfileArg& arg);
  std::optional<At<uint16_t>> CheckErrno(const ErrnoData& data,
                                         const At<Action>& action,
                                         bool of_root);
  void CheckNotify();
  void CheckOwners();
  void TellIdle();

  ProfileEntry& entry() { return profile_.syscalls.back(); }
  ProfileArg& arg() { return entry().args.back(); }

  Dialect dialect_;
  bool in_document_;
  Findings& findings_;
  Profile profile_;
  DocumentWatch watch_;

  std::array<Frame, 8> stack_;
  size_t depth_ = 0;
  int skipped_ = 0;  // levels inside a value that is passed over
  bool skipped_entries_ = false;
  bool skipped_silent_ = false;  // nothing is said of that value
  Slot pending_ = Slot::kRoot;   // of the value behind the last key
  SourceSpan pending_at_;        // that key
  std::string pending_key_;      // where it is unknown
  uint32_t serial_ = 0;
  uint64_t root_seen_ = 0;

  ErrnoData root_errno_;
  ErrnoData entry_errno_;
  bool root_action_known_ = false;
  bool action_known_ = false;
  std::optional<At<std::string>> entry_name_;
  int errors_before_ = 0;
  ProfileFilter* filter_ = nullptr;

  std::map<std::string, IdleKey, std::less<>> idle_;
  bool podman_keys_ = false;
  bool docker_keys_ = false;
  std::optional<SourceSpan> kubernetes_key_;  // without effect there
  std::optional<SourceSpan> listener_at_;
};

}  // namespace scbpf

#endif  // SCBPF_COMPILER_READ_PROFILE_H_
