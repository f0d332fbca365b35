// Counts records by call; only what is told of a call at its first record and
// a few sets of fixed size are kept.
#include "workflow/learn.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "bpf/text.h"
#include "syscall-tables/syscalls.h"
#include "workflow/learned_profile.h"
#include "workflow/seen_records.h"

namespace scbpf {
namespace {

constexpr size_t kMostUnknown = 1000;
constexpr size_t kMostPrograms = 16;
// Past so many values of an argument the log shows no habit of the program.
constexpr size_t kMostValues = 256;

struct Entry {
  LearnedCall call;
  std::string abi_word;
  std::string last_program;
  std::set<std::string> programs;
  std::optional<WideCall> wide;
};

bool HasMultiplexer(const Abi& abi, std::string_view name) {
  const auto call = FindMultiplexed(name);
  return call && (call->is_ipc ? abi.ipc : abi.socketcall).has_value();
}

// Fills what the call is; no name: no table has it.
void Identify(const Record& record, Entry& entry) {
  LearnedCall& call = entry.call;
  call.abi = record.abi;
  call.nr = record.nr;
  entry.abi_word = record.token && record.abi == nullptr
                       ? Hex(*record.token)
                       : std::string(record.abi_word);
  if (record.abi == nullptr || !record.abi->has_table) return;
  if (record.nr) {
    call.name = std::string(NameOf(*record.abi, *record.nr));
  } else if (HasMultiplexer(*record.abi, record.name)) {
    call.name = std::string(record.name);
  }
}

// A tracer's skip is written as -1 by the kernel, and here.
std::string NumberText(uint32_t nr) {
  return nr == 0xffffffff ? "-1" : std::to_string(nr);
}

}  // namespace

struct Learner::Tally {
  absl::flat_hash_map<uint64_t, Entry> by_number;
  // Calls that the log names, without a number.
  std::map<std::pair<std::string, std::string>, Entry> by_name;
  SeenRecords seen;
  size_t unknown = 0;
  uint64_t more_unknown = 0;
  uint64_t counted = 0;
  uint64_t copies = 0;
  uint64_t filtered = 0;
  uint64_t untimed = 0;
  std::optional<LogPlace> table;

  Entry* Find(const Record& record, uint32_t log);
  Entry* Add(const Record& record, uint32_t log, Entry& entry);
};

// The entry is there, or one more unknown call than is told.
Entry* Learner::Tally::Add(const Record& record, uint32_t log, Entry& entry) {
  if (entry.call.first.line != 0) return &entry;
  Identify(record, entry);
  entry.call.first = {log, record.line};
  if (entry.call.name.empty()) ++unknown;
  return &entry;
}

Entry* Learner::Tally::Find(const Record& record, uint32_t log) {
  const bool is_full = unknown >= kMostUnknown;
  const auto token =
      record.token
          ? record.token
          : (record.abi == nullptr ? std::nullopt
                                   : std::optional(record.abi->audit_value));
  if (record.nr && token) {
    const uint64_t key = uint64_t{*token} << 32 | *record.nr;
    const auto it = by_number.find(key);
    if (it != by_number.end()) return &it->second;
    if (is_full &&
        (record.abi == nullptr || NameOf(*record.abi, *record.nr).empty())) {
      return nullptr;
    }
    return Add(record, log, by_number[key]);
  }
  const std::string abi(record.abi == nullptr ? record.abi_word
                                              : record.abi->id);
  std::string call(record.name);
  if (record.nr) call = NumberText(*record.nr);
  const auto key = std::pair(abi, std::move(call));
  const auto it = by_name.find(key);
  if (it != by_name.end()) return &it->second;
  const bool is_known =
      record.abi != nullptr && HasMultiplexer(*record.abi, record.name);
  if (is_full && !is_known) return nullptr;
  return Add(record, log, by_name[key]);
}

namespace {

void NoteProgram(const Record& record, Entry& entry) {
  std::string_view program;
  if (record.exe && !record.exe->empty()) {
    program = *record.exe;
  } else if (record.comm) {
    program = *record.comm;
  }
  if (program.empty() || program == entry.last_program) return;
  entry.last_program = std::string(program);
  if (entry.programs.empty()) entry.call.program = entry.last_program;
  if (entry.programs.size() < kMostPrograms) {
    entry.programs.insert(entry.last_program);
  }
}

void NoteArgument(const Record& record, LogPlace place, Entry& entry) {
  if (entry.wide || !NarrowedArgument(entry.call.name)) return;
  std::set<uint64_t>& values = entry.call.values;
  if (record.argument && record.argument->value) {
    entry.call.argument = record.argument->index;
    values.insert(*record.argument->value);
    if (values.size() <= kMostValues) return;
  }
  const bool is_many = values.size() > kMostValues;
  entry.wide =
      WideCall{entry.call.name, place,
               is_many ? WideCall::Why::kMany : WideCall::Why::kUntold};
  values.clear();
}

void NoteCode(const Record& record, LogPlace place, LearnedCall& call) {
  if (!record.code) return;
  const Action action = ActionOf({*record.code});
  if (IsPermission(action)) return;
  if (call.refused.empty()) call.first_refused = place;
  call.refused[action] += record.calls;
}

}  // namespace

Learner::Learner(const LearnOptions& options)
    : options_(options), tally_(std::make_unique<Tally>()) {}

Learner::~Learner() = default;

void Learner::Add(const Record& record, uint32_t log) {
  if (!Passes(options_.filter, record)) {
    ++tally_->filtered;
    if (options_.filter.since_ms && !record.time_ms) ++tally_->untimed;
    return;
  }
  const bool is_copy = tally_->seen.IsCopy(record);
  Entry* const entry = tally_->Find(record, log);
  if (entry == nullptr) {
    ++tally_->more_unknown;
    return;
  }
  // Whatever a copy is taken for, its call is not lost.
  if (is_copy && entry->call.count > 0) {
    ++tally_->copies;
    return;
  }
  ++tally_->counted;
  const LogPlace place{log, record.line};
  if (record.source == Record::Source::kTable && !tally_->table) {
    tally_->table = place;
  }
  entry->call.count += record.calls;
  // strace names what it finds behind a multiplexer.
  if (record.source != Record::Source::kAudit) entry->call.by_name = true;
  NoteProgram(record, *entry);
  NoteCode(record, place, entry->call);
  if (options_.narrow_arguments) NoteArgument(record, place, *entry);
}

namespace {

UnknownCall MakeUnknown(const Entry& entry, const std::string& name) {
  UnknownCall call;
  const Abi* const abi = entry.call.abi;
  call.abi_known = abi != nullptr && abi->has_table;
  call.abi_said = !entry.call.by_name;
  call.abi = abi == nullptr ? entry.abi_word : std::string(abi->id);
  call.call = entry.call.nr ? NumberText(*entry.call.nr) : name;
  call.count = entry.call.count;
  call.first = entry.call.first;
  return call;
}

void Sort(Learned& learned) {
  std::map<std::string_view, size_t> rank;
  for (const Abi* abi : AllAbis()) rank.emplace(abi->id, rank.size());
  const auto key = [&](const LearnedCall& call) {
    return std::tuple(rank[call.abi->id], std::string_view(call.name),
                      call.nr.value_or(0));
  };
  std::sort(learned.calls.begin(), learned.calls.end(),
            [&](const LearnedCall& a, const LearnedCall& b) {
              return key(a) < key(b);
            });
  const auto place = [](const UnknownCall& call) {
    return std::tuple(call.first.log, call.first.line, call.call);
  };
  std::sort(learned.unknown.begin(), learned.unknown.end(),
            [&](const UnknownCall& a, const UnknownCall& b) {
              return place(a) < place(b);
            });
}

}  // namespace

Learned Learner::Finish() const {
  Learned learned;
  learned.counted = tally_->counted;
  learned.copies = tally_->copies;
  learned.filtered = tally_->filtered;
  learned.untimed = tally_->untimed;
  learned.table = tally_->table;
  learned.more_unknown = tally_->more_unknown;
  const auto take = [&](const Entry& entry, const std::string& name) {
    if (entry.call.name.empty()) {
      learned.unknown.push_back(MakeUnknown(entry, name));
      return;
    }
    learned.calls.push_back(entry.call);
    LearnedCall& call = learned.calls.back();
    call.programs = static_cast<uint32_t>(entry.programs.size());
    if (!entry.wide) return;
    call.argument.reset();
    learned.wide.push_back(*entry.wide);
  };
  for (const auto& [key, entry] : tally_->by_number) take(entry, "");
  for (const auto& [key, entry] : tally_->by_name) take(entry, key.second);
  Sort(learned);
  std::sort(
      learned.wide.begin(), learned.wide.end(),
      [](const WideCall& a, const WideCall& b) { return a.name < b.name; });
  MakeLearnedProfile(options_, learned);
  return learned;
}

std::optional<uint8_t> NarrowedArgument(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, uint8_t>, 5> kNarrowed = {
      {{"socket", 0},
       {"clone", 0},
       {"personality", 0},
       {"prctl", 0},
       {"ioctl", 1}}};
  for (const auto& [call, index] : kNarrowed) {
    if (call == name) return index;
  }
  return std::nullopt;
}

}  // namespace scbpf
