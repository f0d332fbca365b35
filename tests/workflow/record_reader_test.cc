// The reader of logs: pieces of any size, times, losses, copies.
#include "workflow/record_reader.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "workflow/log_losses.h"
#include "workflow/log_time.h"
#include "workflow/seen_records.h"

namespace scbpf {
namespace {

std::string Describe(const Record& record) {
  std::string text = std::to_string(record.line) + " ";
  text += record.abi == nullptr ? "?" : std::string(record.abi->id);
  text +=
      " " + (record.nr ? std::to_string(*record.nr) : std::string(record.name));
  if (record.comm) text += " comm=" + std::string(*record.comm);
  if (record.exe) text += " exe=" + std::string(*record.exe);
  if (record.pid) text += " pid=" + std::to_string(*record.pid);
  if (record.time_ms) text += " at=" + std::to_string(*record.time_ms);
  if (record.serial) text += " serial=" + std::to_string(*record.serial);
  if (record.code) text += " code=" + std::to_string(*record.code);
  if (record.calls != 1) text += " calls=" + std::to_string(record.calls);
  return text + "\n";
}

std::string Read(const std::string& text, size_t piece) {
  std::string records;
  RecordReader reader(
      {FindAbiById("x86_64"), 0},
      [&](const Record& record, uint32_t) { records += Describe(record); });
  for (size_t at = 0; at < text.size(); at += piece) {
    reader.Feed(std::string_view(text).substr(at, piece));
  }
  reader.EndLog();
  return records;
}

const char kMixed[] =
    "[ 1.5] audit: type=1326 audit(1780000000.007:5): pid=7 comm=6120 "
    "exe=\"/b\" sig=0 arch=40000003 syscall=4 compat=0 ip=0x1 "
    "code=0x50000\r\n"
    "{\"MESSAGE\":\"SECCOMP auid=1 pid=8 comm=\\\"c\\\" arch=c000003e "
    "syscall=1073741824 code=0x0\",\"_AUDIT_ID\":\"9\"}\n"
    "[pid 12] 1780000000.5 getpid() = 12\n"
    "__CURSOR=1\n_AUDIT_ID=10\nMESSAGE\n\x34\0\0\0\0\0\0\0"
    "SECCOMP auid=1 arch=c000003e syscall=5 code=0x0\nmore\n"
    "\n"
    "syscall calls errors\n"
    "close 7 0\n"
    "\n"
    "type=SECCOMP msg=audit(11/25/26 18:00:00.123:45) : pid=1 comm=a b "
    "exe=/x y sig=SIG0 arch=x86_64 syscall=dup compat=0 ip=0x0 code=log\n"
    "type=1326 msg=audit(1780000000.007:6): pid=7 arch=c000003e sysc";

TEST(RecordReader, ReadsTheSameWhateverThePieces) {
  const std::string text(kMixed, sizeof kMixed - 1);
  const std::string whole = Read(text, text.size());
  EXPECT_EQ(whole,
            "1 x86 4 comm=a  exe=/b pid=7 at=1780000000007 serial=5 "
            "code=327680\n"
            "2 x32 1073741824 comm=c pid=8 serial=9 code=0\n"
            "3 x86_64 39 pid=12 at=1780000000500\n"
            "9 x86_64 5 serial=10 code=0\n"
            "11 x86_64 3 calls=7\n"
            "13 x86_64 32 comm=a b exe=/x y pid=1 at=1795629600123 serial=45 "
            "code=2147221504\n");
  for (const size_t piece : {1, 2, 3, 7, 64, 100}) {
    EXPECT_EQ(Read(text, piece), whole) << piece;
  }
}

TEST(LogTime, ReadsEpochsAndDates) {
  struct Row {
    const char* text;
    std::optional<int64_t> ms;
  };
  const std::vector<Row> rows = {
      {"1795478491", 1795478491000},
      {"@1795478491.85", 1795478491850},
      {"1970-01-02", 86400000},
      {"2000-03-01T00:00Z", 951868800000},
      {"2026-11-25T18:00:00.123+01:00", 1795626000123},
      {"2026-11-25 18:00:00-0530", 1795649400000},
      {"11/25/26 18:00:00.123", 1795629600123},
      {"11/25/2026 18:00:00", 1795629600000},
      {"", std::nullopt},
      {"yesterday", std::nullopt},
      {"2026-13-01", std::nullopt},
      {"2026-11-25T", std::nullopt},
      {"2026-11-25T18:00 noon", std::nullopt},
      {"17954784911795478491", std::nullopt},
      {"1795478491x", std::nullopt},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(ParseLogTime(row.text, 0), row.ms) << row.text;
  }
  // Without a zone the local one counts.
  EXPECT_EQ(ParseLogTime("1970-01-02", 3600), 82800000);
  EXPECT_EQ(ParseLogTime("1970-01-02T00:00Z", 3600), 86400000);
}

TEST(LogLosses, ReadsWhatIsLostAndByWhom) {
  struct Row {
    const char* line;
    bool is_loss;
    bool by_audit;
    uint64_t amount;
  };
  const std::vector<Row> rows = {
      {"[1.0] kauditd_printk_skb: 42 callbacks suppressed", true, false, 42},
      {"[1.0] net_ratelimit: 42 callbacks suppressed", false, false, 0},
      {"audit: audit_lost=3 audit_rate_limit=0", true, true, 3},
      {"audit: audit_lost=0 audit_rate_limit=0", false, false, 0},
      {"audit: rate limit exceeded", true, true, 0},
      {"** 7 printk messages dropped **", true, false, 7},
      {"systemd-journald[1]: Missed 11 kernel messages", true, false, 11},
      {"systemd-journald[1]: Suppressed 9 messages from a.service", true, false,
       9},
      {"nothing was lost", false, false, 0},
  };
  for (const Row& row : rows) {
    const auto loss = ReadLoss(row.line);
    ASSERT_EQ(loss.has_value(), row.is_loss) << row.line;
    if (!loss) continue;
    EXPECT_EQ(loss->by_audit, row.by_audit) << row.line;
    EXPECT_EQ(loss->amount, row.amount) << row.line;
  }
}

TEST(RecordReader, SerialsMayComeInEachOthersPlace) {
  struct Row {
    std::vector<int> serials;
    uint64_t gaps;
    uint64_t missing;
  };
  const std::vector<Row> rows = {
      {{1, 3, 2, 4}, 0, 0},       {{1, 5, 3, 2, 4, 6}, 0, 0},
      {{1, 4, 3, 5}, 1, 1},       {{1, 2, 100, 3, 101}, 1, 97},
      {{1, 3, 6, 7}, 2, 3},       {{1, 3, 200, 2}, 2, 197},
      {{9, 3000000, 8}, 0, 0},    {{5000, 1, 3, 2}, 0, 0},
      {{1, 4, 80, 2, 81}, 2, 77},
  };
  for (const Row& row : rows) {
    RecordReader reader({FindAbiById("x86_64"), 0},
                        [](const Record&, uint32_t) {});
    for (const int serial : row.serials) {
      reader.Feed("type=1326 audit(1780000000.007:" + std::to_string(serial) +
                  "): arch=c000003e syscall=1 code=0x0\n");
    }
    reader.EndLog();
    EXPECT_EQ(reader.report().gaps, row.gaps) << row.serials[1];
    EXPECT_EQ(reader.report().missing, row.missing) << row.serials[1];
  }
}

TEST(SeenRecords, KnowsAMillionSerialsAndNoOthers) {
  SeenRecords seen;
  Record record;
  const auto is_copy = [&](int64_t time_ms, uint64_t serial) {
    record.time_ms = time_ms;
    record.serial = serial;
    return seen.IsCopy(record);
  };
  constexpr uint64_t kCount = 1'000'000;
  for (uint64_t i = 0; i < kCount; ++i) {
    ASSERT_FALSE(is_copy(1780000000000 + static_cast<int64_t>(i), i));
  }
  for (uint64_t i = 0; i < kCount; ++i) {
    ASSERT_TRUE(is_copy(1780000000000 + static_cast<int64_t>(i), i));
  }
  // The same serial after another boot; the same time in another zone.
  EXPECT_FALSE(is_copy(1780000500000, 0));
  EXPECT_TRUE(is_copy(1780000000000 + 5400000, 0));
}

TEST(SeenRecords, PairsTextWithoutSerialsAsOftenAsItCame) {
  SeenRecords seen;
  Record journal;
  journal.text_hash = 77;
  Record kernel = journal;
  kernel.time_ms = 1780000000000;
  kernel.serial = 1;
  EXPECT_FALSE(seen.IsCopy(kernel));
  EXPECT_TRUE(seen.IsCopy(journal));
  EXPECT_FALSE(seen.IsCopy(journal));  // a second call of the same text
  kernel.serial = 2;
  EXPECT_TRUE(seen.IsCopy(kernel));
}

}  // namespace
}  // namespace scbpf
