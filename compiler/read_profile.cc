// Which slot of a profile each JSON event belongs to.
#include "compiler/read_profile.h"

#include <array>

namespace scbpf {
namespace {

// Real documents stay below 30.
constexpr int kMaxDepth = 1000;

bool IsSilent(std::string_view key) {
  return key == "_comment" || key == "$comment" || key == "$schema" ||
         key == "description";
}

std::string_view NameOf(Shape shape) {
  switch (shape) {
    case Shape::kAny:
      return "a value";
    case Shape::kString:
      return "a string";
    case Shape::kNumber:
      return "a number";
    case Shape::kArray:
      return "an array";
    case Shape::kObject:
      return "an object";
  }
  return "";
}

}  // namespace

bool ProfileReader::Key(std::string_view key, SourceSpan at) {
  if (skipped_ > 0) {
    if (watch_.Key(skipped_, key, at)) TellTwice(key, at, findings_);
    return GoOn(at);
  }
  Frame& frame = stack_[depth_ - 1];
  Slot slot = FindKey(frame.slot, key);
  if (slot == Slot::kUnknown) slot = KeyByCase(frame, key, at);
  pending_at_ = at;
  pending_ = slot;
  skipped_silent_ = false;
  if (slot == Slot::kUnknown) {
    pending_key_ = key;
    skipped_silent_ = IsSilent(key);
    if (frame.slot == Slot::kRoot) watch_.Key(0, key, at);
    CountIdle(frame, slot, key, at);
    return GoOn(at);
  }
  if ((frame.seen & BitOf(slot)) != 0) {
    findings_.Error("duplicate-key", at,
                    Cat({"key ", Quote(key),
                         " is there twice in this object; runc and Docker "
                         "would keep the last one silently"}));
  }
  frame.seen |= BitOf(slot);
  if (depth_ == 1) root_seen_ |= BitOf(slot);
  if (IsIgnored(slot)) {
    CountIdle(frame, slot, key, at);
    pending_ = Slot::kUnknown;
    skipped_silent_ = true;
  } else {
    NoteOwner(slot, at);
  }
  return GoOn(at);
}

Slot ProfileReader::KeyByCase(const Frame& frame, std::string_view key,
                              SourceSpan at) {
  const Slot slot = FindKeyFolded(frame.slot, key);
  if (slot == Slot::kUnknown) return slot;
  constexpr std::string_view kWho =
      "\" by case only: runc and Docker would use it, crun refuses the file";
  findings_.Error(
      "key-case", at,
      Cat({"key ", Quote(key), " differs from \"", FactsOf(slot).key, kWho}));
  return slot;
}

// Docker's and Podman's keys where their dialect is not read.
bool ProfileReader::IsIgnored(Slot slot) const {
  const KeyOwner owner = OwnerOf(slot);
  if (owner == KeyOwner::kDocker) return dialect_ == Dialect::kOci;
  if (owner == KeyOwner::kPodman) {
    return dialect_ == Dialect::kOci || dialect_ == Dialect::kDocker;
  }
  return false;
}

void ProfileReader::NoteOwner(Slot slot, SourceSpan at) {
  const KeyOwner owner = OwnerOf(slot);
  if (owner == KeyOwner::kPodman) podman_keys_ = true;
  if (owner == KeyOwner::kDocker) docker_keys_ = true;
  const bool without_effect = slot == Slot::kIncludes ||
                              slot == Slot::kExcludes || slot == Slot::kArchMap;
  if (without_effect && !kubernetes_key_) kubernetes_key_ = at;
}

void ProfileReader::CountIdle(const Frame& frame, Slot slot,
                              std::string_view key, SourceSpan at) {
  auto found = idle_.find(key);
  if (found == idle_.end()) {
    IdleKey idle;
    idle.first = at;
    idle.object = frame.slot;
    idle.slot = slot;
    idle.silent = IsSilent(key) || slot == Slot::kComment;
    found = idle_.emplace(key, idle).first;
  }
  IdleKey& idle = found->second;
  // Known slots are looked at for duplicates by Key().
  if (slot == Slot::kUnknown && idle.last_object == frame.serial) {
    TellTwice(key, at, findings_);
  }
  idle.last_object = frame.serial;
  ++idle.count;
}

Slot ProfileReader::NextSlot() {
  if (depth_ == 0) return Slot::kRoot;
  const Slot container = stack_[depth_ - 1].slot;
  const SlotFacts& facts = FactsOf(container);
  return facts.shape == Shape::kArray ? facts.item : pending_;
}

bool ProfileReader::Scalar(const JsonScalar& scalar) {
  if (skipped_ > 0) {
    watch_.Scalar(scalar.kind == JsonKind::kNull, scalar.at);
    if (scalar.string.starts_with("SCMP_ACT_")) skipped_entries_ = true;
    return GoOn(scalar.at);
  }
  const Slot slot = NextSlot();
  if (slot == Slot::kUnknown) {
    watch_.Scalar(scalar.kind == JsonKind::kNull, scalar.at);
    return GoOn(scalar.at);
  }
  const Shape shape = FactsOf(slot).shape;
  if (scalar.kind == JsonKind::kNull) {
    Null(slot, scalar.at);
    return GoOn(scalar.at) && depth_ != 0;
  }
  if (depth_ > 0) stack_[depth_ - 1].given |= BitOf(slot);
  const bool is_string = scalar.kind == JsonKind::kString;
  if (is_string && shape == Shape::kString) {
    String(slot, scalar.string, scalar.at);
  } else if (is_string) {
    WrongType(slot, "a string", scalar.at);
  } else if (scalar.kind == JsonKind::kBoolean) {
    WrongType(slot, "true or false", scalar.at);
  } else if (shape == Shape::kNumber) {
    Number(slot, scalar);
  } else {
    WrongType(slot, "a number", scalar.at);
  }
  return GoOn(scalar.at) && depth_ != 0;
}

bool ProfileReader::Open(Shape shape, uint32_t offset) {
  const SourceSpan at{offset, 1};
  if (skipped_ > 0) {
    watch_.Open(++skipped_, offset);
    if (skipped_ < kMaxDepth) return true;
    findings_.Error("too-deep", at, "nested more than 1000 levels deep");
    return false;
  }
  const Slot slot = NextSlot();
  if (slot != Slot::kUnknown && FactsOf(slot).shape == shape) {
    if (depth_ > 0) stack_[depth_ - 1].given |= BitOf(slot);
    Frame& frame = stack_[depth_++];
    frame = Frame{};
    frame.slot = slot;
    frame.offset = offset;
    frame.serial = ++serial_;
    Begin(slot, offset);
    return true;
  }
  if (slot != Slot::kUnknown) {
    WrongType(slot, NameOf(shape), at);
    stack_[depth_ - (depth_ > 0 ? 1 : 0)].given |= BitOf(slot);
    skipped_silent_ = true;
    if (depth_ == 0) return false;
  }
  skipped_ = 1;
  skipped_entries_ = false;
  watch_.Open(skipped_, offset);
  return GoOn(at);
}

bool ProfileReader::Close(uint32_t end) {
  if (skipped_ > 0) {
    watch_.Close(skipped_, end);
    if (--skipped_ == 0) EndSkipped(end);
    return true;
  }
  const Frame frame = stack_[--depth_];
  End(frame, end);
  return GoOn(frame.Brace());
}

void ProfileReader::EndSkipped(uint32_t end) {
  (void)end;
  if (!skipped_entries_ || skipped_silent_) return;
  idle_.find(pending_key_)->second.silent = true;
  const Slot object = stack_[depth_ - 1].slot;
  std::vector<std::string_view> keys;
  for (const Slot slot : KeysOf(object)) keys.push_back(FactsOf(slot).key);
  findings_.Error("unknown-entries", pending_at_,
                  Cat({"unknown field ", Quote(pending_key_),
                       " holds entries: every runtime ignores it, so its rules "
                       "would vanish",
                       DidYouMean(pending_key_, keys)}));
}

void ProfileReader::Begin(Slot slot, uint32_t offset) {
  if (slot == Slot::kEntry) {
    profile_.syscalls.emplace_back();
    entry().at.offset = offset;
    errors_before_ = findings_.errors();
    entry_errno_ = {};
    action_known_ = false;
  } else if (slot == Slot::kArg) {
    entry().args.emplace_back();
    arg().at.offset = offset;
  } else if (slot == Slot::kNames) {
    entry().names.reserve(16);
  } else if (slot == Slot::kSyscalls) {
    profile_.syscalls.reserve(64);
  } else if (slot == Slot::kArchMapRow) {
    profile_.arch_map.emplace_back();
  } else if (slot == Slot::kFlags) {
    profile_.flags = 0;
    profile_.flags_at.offset = offset;
  } else if (slot == Slot::kIncludes) {
    filter_ = &entry().includes;
  } else if (slot == Slot::kExcludes) {
    filter_ = &entry().excludes;
  }
}

void ProfileReader::End(const Frame& frame, uint32_t end) {
  const uint32_t length = end - frame.offset;
  if (frame.slot == Slot::kArg) {
    arg().at.length = length;
    EndArg(frame);
  } else if (frame.slot == Slot::kEntry) {
    entry().at.length = length;
    EndEntry(frame);
  } else if (frame.slot == Slot::kFlags) {
    profile_.flags_at.length = length;
  } else if (frame.slot == Slot::kArchMapRow) {
    if (profile_.arch_map.back().architecture.at.length == 0) {
      findings_.Error("missing-architecture", frame.Brace(),
                      "this row has no \"architecture\"");
    }
  } else if (frame.slot == Slot::kRoot) {
    EndRoot(frame);
  }
}

void ProfileReader::WrongType(Slot slot, std::string_view found,
                              SourceSpan at) {
  const SlotFacts& facts = FactsOf(slot);
  if (slot == Slot::kRoot) {
    findings_.Error("not-a-profile", at,
                    Cat({"expected a profile, an object with \"defaultAction\" "
                         "and \"syscalls\"; found ",
                         found,
                         found == "an array"
                             ? ": entries belong into the array \"syscalls\""
                             : ""}));
    return;
  }
  const std::string subject =
      facts.key.empty() ? "expected " : Cat({"\"", facts.key, "\" must be "});
  findings_.Error("wrong-type", at,
                  Cat({subject, facts.what, "; found ", found}));
}

bool ProfileReader::Stop(SourceSpan at) {
  findings_.Error("too-many-errors", at,
                  "10000 errors up to here; the rest is not read");
  return false;
}

}  // namespace scbpf
