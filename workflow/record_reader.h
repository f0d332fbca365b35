// Records out of a log of any form, or of several forms mixed.
#ifndef SCBPF_WORKFLOW_RECORD_READER_H_
#define SCBPF_WORKFLOW_RECORD_READER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "workflow/audit_text.h"
#include "workflow/record.h"

namespace scbpf {

struct JournalText;

// A line that a record came from, or a finding: of the logs in the order in
// which they were begun, from 0, and lines from 1.
struct LogPlace {
  uint32_t log = 0;
  uint64_t line = 0;

  bool operator==(const LogPlace&) const = default;
};

// Something a log says besides records; all of one kind are one note.
struct LogNote {
  uint64_t lines = 0;   // how many lines say so
  uint64_t amount = 0;  // the sum of their numbers, where they have some
  LogPlace first;
  std::string text;  // the first of them, shortened
};

enum class LogNoteKind : uint8_t {
  kHalfRecord,  // a SECCOMP record without arch= or syscall=
  kLongLine,    // more than a reader keeps
  kBadRow,      // a row of a table that cannot be read
  kSuppressed,  // printk's rate limit, or a log daemon's
  kAuditLost,   // the audit system's backlog or rate limit
};

struct LogReport {
  uint64_t bytes = 0;
  uint64_t lines = 0;
  uint64_t records = 0;
  uint64_t copies = 0;  // rows of a table whose calls the log's lines told
  // Runs of audit serials that are in no log, and how many serials in all.
  uint64_t gaps = 0;
  uint64_t missing = 0;
  LogPlace first_gap;
  uint64_t gap_from = 0, gap_to = 0;  // the first run, both ends missing
  std::map<LogNoteKind, LogNote> notes;
};

struct ReaderOptions {
  // Whose calls strace lines and tables tell, where they do not say.
  const Abi* native = nullptr;
  // How far the log's dates without a zone are ahead of UTC.
  int64_t zone_seconds = 0;
};

// Takes the bytes of logs as they come, and hands each record out at once:
// memory does not grow with the log. Which forms it reads: docs/learn.md.
class RecordReader {
 public:
  using OnRecord = std::function<void(const Record&, uint32_t log)>;

  RecordReader(const ReaderOptions& options, OnRecord on_record);
  ~RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  // Bytes of the current log, cut anywhere.
  void Feed(std::string_view bytes);
  // The current log is at its end; what is fed from here on is the next one.
  void EndLog();

  const LogReport& report() const { return report_; }

 private:
  struct Forms;

  void Keep(std::string_view bytes);
  void ReadLine(std::string_view line, bool is_whole);
  bool ReadPretty(std::string_view line, bool is_whole);
  void ReadText(std::string_view line, bool is_whole);
  void ReadEntry(const JournalText& entry, bool is_whole);
  // `entry`: what a journal says of the line, or null.
  bool ReadAudit(std::string_view line, const JournalText* entry,
                 bool is_whole);
  // One record, with what stands behind it in its line.
  bool ReadOneAudit(std::string_view line, const JournalText* entry,
                    bool is_whole, std::string_view& rest);
  bool ReadTrace(std::string_view line, bool is_whole);
  // False: lines of the same log have told all calls of the table's row.
  bool TakeOffTold(Record& record);
  void ReadLosses(std::string_view line);
  void NoteSerial(uint64_t serial);
  void GiveUpSerials(uint64_t before);
  void MissSerials(uint64_t from, uint64_t to, const LogPlace& place);
  void Note(LogNoteKind kind, std::string_view text, uint64_t amount = 0);
  void HandOut(Record& record);

  const ReaderOptions options_;
  const OnRecord on_record_;
  LogReport report_;
  std::string kept_;  // a line that is not all here yet
  bool overlong_ = false;
  uint32_t log_ = 0;
  uint64_t line_ = 0;
  std::optional<uint64_t> last_serial_;
  std::map<uint64_t, LogPlace> awaited_;  // skipped, and where; a few
  uint64_t missed_to_ = 0;
  DecodedNames names_;
  std::unique_ptr<Forms> forms_;
};

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_RECORD_READER_H_
