// Cuts bytes into lines and asks each form in turn whether the line is its.
#include "workflow/record_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "workflow/count_table.h"
#include "workflow/journal_text.h"
#include "workflow/log_losses.h"
#include "workflow/strace_line.h"

namespace scbpf {
namespace {

constexpr size_t kLongestLine = size_t{4} << 20;
constexpr size_t kNoteLength = 160;
// How far behind others a serial may come.
constexpr uint64_t kWindow = 64;
// A leap of serials further than this is another boot, no gap.
constexpr uint64_t kWidestGap = 1'000'000;

}  // namespace

// The forms that need to remember something between lines.
struct RecordReader::Forms {
  explicit Forms(const Abi* native) : strace(native), tables(native) {}

  JournalText json;
  JournalExport journal;
  PrettyJson pretty;
  std::optional<JournalText> pretty_entry;
  StraceLines strace;
  CountTables tables;
  // strace -C: lines, and a table of the same calls.
  using Counts = std::map<std::string, uint64_t, std::less<>>;
  std::map<const Abi*, Counts> told;

  void Tell(const Record& record) {
    Counts& counts = told[record.abi];
    const auto at = counts.find(record.name);
    if (at == counts.end()) {
      counts.emplace(record.name, 1);
    } else {
      ++at->second;
    }
  }
};

RecordReader::RecordReader(const ReaderOptions& options, OnRecord on_record)
    : options_(options),
      on_record_(std::move(on_record)),
      forms_(std::make_unique<Forms>(options.native)) {}

RecordReader::~RecordReader() = default;

void RecordReader::Keep(std::string_view bytes) {
  const size_t room = kLongestLine - kept_.size();
  overlong_ = overlong_ || bytes.size() > room;
  kept_.append(bytes.substr(0, room));
}

void RecordReader::Feed(std::string_view bytes) {
  report_.bytes += bytes.size();
  while (!bytes.empty()) {
    const void* const found = std::memchr(bytes.data(), '\n', bytes.size());
    if (found == nullptr) {
      Keep(bytes);
      return;
    }
    const auto length =
        static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
    const std::string_view head = bytes.substr(0, length);
    if (kept_.empty() && length <= kLongestLine) {
      ReadLine(head, /*is_whole=*/true);
    } else {
      Keep(head);
      ReadLine(kept_, /*is_whole=*/true);
      kept_.clear();
    }
    bytes.remove_prefix(length + 1);
  }
}

void RecordReader::EndLog() {
  if (!kept_.empty()) ReadLine(kept_, /*is_whole=*/false);
  kept_.clear();
  // The last entry of an export may lack its empty line.
  if (forms_->journal.Take("") == JournalExport::Answer::kEntryEnds) {
    ReadEntry(forms_->journal.entry(), /*is_whole=*/false);
  }
  ReadPretty("", /*is_whole=*/false);
  forms_ = std::make_unique<Forms>(options_.native);
  GiveUpSerials(~uint64_t{0});
  last_serial_.reset();
  line_ = 0;
  ++log_;
}

void RecordReader::ReadLine(std::string_view line, bool is_whole) {
  ++line_;
  ++report_.lines;
  if (overlong_) Note(LogNoteKind::kLongLine, line);
  overlong_ = false;
  switch (forms_->journal.Take(line)) {
    case JournalExport::Answer::kEntryEnds:
      ReadEntry(forms_->journal.entry(), is_whole);
      return;
    case JournalExport::Answer::kMine:
      return;
    case JournalExport::Answer::kNotMine:
      break;
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == '\0')) {
    line.remove_suffix(1);
  }
  if (!forms_->pretty.MayTake(line) || !ReadPretty(line, is_whole)) {
    ReadText(line, is_whole);
  }
}

bool RecordReader::ReadPretty(std::string_view line, bool is_whole) {
  const bool is_mine = forms_->pretty.Take(line, line_, forms_->pretty_entry);
  if (forms_->pretty_entry) ReadEntry(*forms_->pretty_entry, is_whole);
  return is_mine;
}

void RecordReader::ReadText(std::string_view line, bool is_whole) {
  if (ReadJsonLine(line, forms_->json)) {
    ReadEntry(forms_->json, is_whole);
  } else if (!ReadAudit(line, nullptr, is_whole) &&
             !ReadTrace(line, is_whole)) {
    ReadLosses(line);
  }
}

void RecordReader::ReadEntry(const JournalText& entry, bool is_whole) {
  const uint64_t last = line_;
  if (entry.line != 0) line_ = entry.line;
  if (!ReadAudit(entry.message, &entry, is_whole)) ReadLosses(entry.message);
  line_ = last;
}

void RecordReader::ReadLosses(std::string_view line) {
  if (const auto loss = ReadLoss(line)) {
    Note(loss->by_audit ? LogNoteKind::kAuditLost : LogNoteKind::kSuppressed,
         line, loss->amount);
  }
}

bool RecordReader::ReadTrace(std::string_view line, bool is_whole) {
  Record record;
  switch (forms_->tables.Read(line, record)) {
    case CountTables::Answer::kCall:
      if (TakeOffTold(record)) HandOut(record);
      return true;
    case CountTables::Answer::kMine:
      return true;
    case CountTables::Answer::kBadRow:
      // The last line may be half written yet.
      if (is_whole) Note(LogNoteKind::kBadRow, line);
      return true;
    case CountTables::Answer::kNotMine:
      break;
  }
  record = {};
  switch (forms_->strace.Read(line, is_whole, record)) {
    case StraceLines::Answer::kCall:
      forms_->Tell(record);
      HandOut(record);
      return true;
    case StraceLines::Answer::kMine:
      return true;
    case StraceLines::Answer::kNotMine:
      break;
  }
  return false;
}

bool RecordReader::TakeOffTold(Record& record) {
  auto& names = forms_->told[record.abi];
  const auto told = names.find(record.name);
  if (told == names.end()) return true;
  const uint64_t lines = told->second;
  names.erase(told);
  if (record.calls <= lines) {
    ++report_.copies;
    return false;
  }
  record.calls -= lines;
  return true;
}

bool RecordReader::ReadAudit(std::string_view line, const JournalText* entry,
                             bool is_whole) {
  bool any = false;
  std::string_view rest;
  while (ReadOneAudit(line, entry, is_whole, rest)) {
    any = true;
    // Less holds no record.
    constexpr size_t kShortest = 32;
    if (rest.size() < kShortest) break;
    line = rest;
  }
  return any;
}

bool RecordReader::ReadOneAudit(std::string_view line, const JournalText* entry,
                                bool is_whole, std::string_view& rest) {
  Record record;
  const AuditText text =
      ReadAuditText(line, options_.zone_seconds, names_, record, rest);
  if (entry != nullptr && !record.time_ms) {
    record.serial = entry->serial;
    record.time_ms = entry->time_ms;
  }
  switch (text) {
    case AuditText::kNone:
      return false;
    case AuditText::kSeccomp:
      if (record.serial) NoteSerial(*record.serial);
      HandOut(record);
      return true;
    case AuditText::kTruncated:
      if (is_whole) Note(LogNoteKind::kHalfRecord, line);
      return true;
    case AuditText::kOther:
      NoteSerial(*record.serial);
      return true;
  }
  return false;
}

// Two processors may write their records in each other's place: a serial
// counts as missing once kWindow later ones have been seen, or the log ends.
void RecordReader::NoteSerial(uint64_t serial) {
  if (awaited_.erase(serial) != 0) return;
  const uint64_t last = last_serial_.value_or(serial);
  const bool is_leap = serial > last && serial - last > kWidestGap;
  const bool is_new_boot = serial + kWidestGap / 1000 < last;
  if (is_leap || is_new_boot) {
    GiveUpSerials(~uint64_t{0});
  } else if (serial > last + 1) {
    GiveUpSerials(serial > kWindow ? serial - kWindow : 0);
    if (serial - last > kWindow) {
      MissSerials(last + 1, serial - 1, {log_, line_});
    } else {
      for (uint64_t each = last + 1; each < serial; ++each) {
        awaited_.emplace(each, LogPlace{log_, line_});
      }
    }
  }
  last_serial_ = is_new_boot ? serial : std::max(last, serial);
}

void RecordReader::GiveUpSerials(uint64_t before) {
  while (!awaited_.empty() && awaited_.begin()->first < before) {
    const auto [serial, place] = *awaited_.begin();
    MissSerials(serial, serial, place);
    awaited_.erase(awaited_.begin());
  }
}

void RecordReader::MissSerials(uint64_t from, uint64_t to,
                               const LogPlace& place) {
  report_.missing += to - from + 1;
  const bool goes_on = report_.gaps > 0 && from == missed_to_ + 1;
  missed_to_ = to;
  if (goes_on && report_.gaps == 1) report_.gap_to = to;
  if (goes_on) return;
  if (report_.gaps++ > 0) return;
  report_.first_gap = place;
  report_.gap_from = from;
  report_.gap_to = to;
}

void RecordReader::Note(LogNoteKind kind, std::string_view text,
                        uint64_t amount) {
  LogNote& note = report_.notes[kind];
  if (note.lines++ == 0) {
    note.first = {log_, line_};
    note.text = std::string(text.substr(0, kNoteLength));
  }
  note.amount += amount;
}

void RecordReader::HandOut(Record& record) {
  record.line = line_;
  ++report_.records;
  on_record_(record, log_);
}

}  // namespace scbpf
