// The entries of a journal, and log lines packed in JSON.
#ifndef SCBPF_WORKFLOW_JOURNAL_TEXT_H_
#define SCBPF_WORKFLOW_JOURNAL_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scbpf {

struct JournalText {
  std::string message;
  std::optional<uint64_t> serial;  // _AUDIT_ID
  std::optional<int64_t> time_ms;  // since the epoch
  uint64_t line = 0;               // of the message, from 1; 0: the last one
};

// Reads one line of `journalctl -o json`, json-seq or json-sse, and of other
// logs in JSON: the member MESSAGE, log, message or msg; or a line that is
// MESSAGE alone. False: this is none of these, or it has no message.
bool ReadJsonLine(std::string_view line, JournalText& text);

// JSON of one member a line: `journalctl -o json-pretty`, `dmesg -J`.
class PrettyJson {
 public:
  // False: Take would say so too.
  bool MayTake(std::string_view line) const {
    constexpr size_t kLongestOpening = 8;
    return in_object_ || line.size() <= kLongestOpening;
  }
  // Whether `line`, of that number, belongs to an object. `ended`: the entry
  // that is whole now.
  bool Take(std::string_view line, uint64_t number,
            std::optional<JournalText>& ended);

 private:
  bool in_object_ = false;
  JournalText entry_;  // as far as it came
};

// `journalctl -o export`: an entry is several lines, some with binary data.
class JournalExport {
 public:
  enum class Answer : uint8_t {
    kNotMine,
    kMine,
    kEntryEnds,  // this was the entry's last line; entry() is whole
  };

  // `line` without its newline, otherwise as it is.
  Answer Take(std::string_view line);

  const JournalText& entry() const { return entry_; }

 private:
  void TakeField(std::string_view key, std::string_view value);
  void TakeBinary(std::string_view line);

  JournalText entry_;
  bool in_entry_ = false;
  std::string key_;     // of a binary field that is being read
  std::string binary_;  // its length and data, as far as they came
  bool in_binary_ = false;
};

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_JOURNAL_TEXT_H_
