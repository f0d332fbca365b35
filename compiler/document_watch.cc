// Finding the profile inside a config.json, and naming JSON that holds none.
#include "compiler/read_document.h"

namespace scbpf {
namespace {

// Keys by which other documents are known.
enum Hint : uint32_t {
  kOciHint = 1u << 0,
  kKubernetesHint = 1u << 1,
  kFirecrackerHint = 1u << 2,
  kPolicyTextHint = 1u << 3,
  kEntryHint = 1u << 4,
  kCrictlHint = 1u << 5,
};

struct KnownKey {
  std::string_view key;
  int level;
  Hint hint;
};

constexpr KnownKey kKnownKeys[] = {
    {"ociVersion", 0, kOciHint},
    {"linux", 0, kOciHint},
    {"process", 0, kOciHint},
    {"runtimeSpec", 1, kCrictlHint},
    {"apiVersion", 0, kKubernetesHint},
    {"kind", 0, kKubernetesHint},
    {"default_action", 1, kFirecrackerHint},
    {"filter_action", 1, kFirecrackerHint},
    {"match_action", 1, kFirecrackerHint},
    {"mismatch_action", 1, kFirecrackerHint},
    {"default_action", 0, kFirecrackerHint},
    {"filter_action", 0, kFirecrackerHint},
    {"seccompPolicy", 0, kPolicyTextHint},
    {"names", 0, kEntryHint},
    {"action", 0, kEntryHint},
};

constexpr std::string_view kShape =
    "a profile is an object with \"defaultAction\" and \"syscalls\"";

bool EqualFolded(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  };
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

}  // namespace

DocumentWatch::Step DocumentWatch::Next(Object& object, std::string_view key,
                                        bool twice, SourceSpan at) {
  struct Way {
    Step from;
    std::string_view key;
    Step to;
  };
  static constexpr Way kWays[] = {
      {Step::kRoot, "linux", Step::kLinux},
      {Step::kRoot, "info", Step::kInfo},
      {Step::kInfo, "runtimeSpec", Step::kRuntimeSpec},
      {Step::kRuntimeSpec, "linux", Step::kLinux},
      {Step::kLinux, "seccomp", Step::kSeccomp},
  };
  for (const Way& way : kWays) {
    if (way.from != object.step || !EqualFolded(way.key, key)) continue;
    const uint32_t bit = 1u << static_cast<unsigned>(way.to);
    twice = twice || (object.seen_steps & bit) != 0;
    if (twice || way.key != key) {
      wrong_.push_back({at, std::string(way.key), twice, true});
    }
    object.seen_steps |= bit;
    return way.to;
  }
  // What stands in the profile is told by its reader.
  if (twice && seccomp_level_ == 0 && wrong_.size() < Findings::kMaxErrors) {
    wrong_.push_back({at, std::string(key), true});
  }
  return Step::kElsewhere;
}

void DocumentWatch::NoteKey(int level, std::string_view key) {
  for (const KnownKey& known : kKnownKeys) {
    if (known.level == level && known.key == key) hints_ |= known.hint;
  }
  if (level == 0 && root_keys_.size() < 3) root_keys_.emplace_back(key);
}

bool DocumentWatch::Key(int level, std::string_view key, SourceSpan at) {
  any_key_ = true;
  if (level <= 1) NoteKey(level, key);
  Object& object = objects_[static_cast<size_t>(level)];
  const bool twice = !object.keys.emplace(key).second;
  next_ = Next(object, key, twice, at);
  key_level_ = level;
  return twice;
}

void DocumentWatch::Open(int level, uint32_t offset) {
  if (next_ == Step::kSeccomp) {
    seccomp_level_ = level;
    seccomp_begin_ = offset;
  }
  objects_.resize(static_cast<size_t>(level));
  objects_.push_back({next_});
  next_ = Step::kElsewhere;
}

void DocumentWatch::Close(int level, uint32_t end) {
  if (level != seccomp_level_) return;
  NoteSeccomp(level, {seccomp_begin_, end - seccomp_begin_});
  seccomp_level_ = 0;
}

void DocumentWatch::Scalar(bool null, SourceSpan at) {
  if (next_ == Step::kSeccomp && !null) NoteSeccomp(key_level_ + 1, at);
  next_ = Step::kElsewhere;
}

// A config.json's own is what runtimes read.
void DocumentWatch::NoteSeccomp(int level, SourceSpan at) {
  if (seccomp_ && level > found_level_) return;
  seccomp_ = at;
  found_level_ = level;
}

void DocumentWatch::TellKeys(Findings& findings) const {
  for (const Wrong& wrong : wrong_) {
    if (!wrong.twice) {
      findings.Error("key-case", wrong.at,
                     Cat({"key differs from \"", wrong.key,
                          "\" by case only: runc reads it, crun does not"}));
    } else if (wrong.on_the_way) {
      findings.Error("duplicate-key", wrong.at,
                     Cat({"key \"", wrong.key,
                          "\" is there twice; runc merges both or keeps the "
                          "last one silently"}));
    } else {
      TellTwice(wrong.key, wrong.at, findings);
    }
  }
}

void DocumentWatch::TellForeign(std::string_view text,
                                Findings& findings) const {
  const size_t first = text.find_first_not_of(" \t\r\n");
  const SourceSpan at{static_cast<uint32_t>(first), 1};
  const auto tell = [&](std::string_view what) {
    findings.Error("not-a-profile", at, Cat({what, "; ", kShape}));
  };
  if ((hints_ & kKubernetesHint) != 0) {
    return tell(
        "this is a Kubernetes object: of a SeccompProfile its \"spec\" is the "
        "profile, a Pod only names one (localhostProfile)");
  }
  if ((hints_ & (kOciHint | kCrictlHint)) != 0) {
    findings.Error("unconfined", at,
                   "this container runs Unconfined: there is no seccomp object "
                   "in linux.seccomp");
    return;
  }
  if ((hints_ & kFirecrackerHint) != 0) {
    return tell(
        "this is a filter of Firecracker (seccompiler JSON), which names "
        "threads, not a container's profile");
  }
  if ((hints_ & kPolicyTextHint) != 0) {
    return tell(
        "this holds policy text (as nsjail's Kafel), which is not read here");
  }
  if ((hints_ & kEntryHint) != 0) {
    return tell(
        "this is a single entry: put it into the array \"syscalls\" of a "
        "profile");
  }
  std::string keys;
  for (const std::string& key : root_keys_) {
    keys += keys.empty() ? Quote(key) : ", " + Quote(key);
  }
  tell(Cat({"this is not a seccomp profile: none of its members (", keys,
            ") is one of a profile's"}));
}

}  // namespace scbpf
