// One row for each way of saying it.
#include "workflow/log_losses.h"

#include <array>
#include <charconv>

#include "workflow/find_text.h"

namespace scbpf {
namespace {

// dmesg may set colours between the two parts.
struct Saying {
  std::string_view words;
  std::string_view also;  // must stand in the line too, before or behind
  bool by_audit;
  bool number_behind;  // else the number stands before the words
};

// Sources: kernel/audit.c, kernel/printk/printk.c, lib/ratelimit.c, systemd's
// journald-rate-limit.c and journald-kmsg.c, rsyslog's ratelimit.c.
constexpr std::array<Saying, 11> kSayings = {{
    {" callbacks suppressed", "audit", false, false},
    {"audit_lost=", "", true, true},
    {"rate limit exceeded", "audit: ", true, false},
    {"backlog limit exceeded", "audit: ", true, false},
    {"backlog limit of ", "audit: ", true, false},
    {"kauditd hold queue overflow", "audit: ", true, false},
    {" printk messages dropped", "", false, false},
    {"Missed ", "kernel messages", false, true},
    {"kmsg buffer overrun", "messages lost", false, false},
    {"Suppressed ", "messages from", false, true},
    {" messages lost due to rate-limiting", "", false, false},
}};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

uint64_t NumberAt(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

uint64_t NumberBefore(std::string_view text) {
  size_t start = text.size();
  while (start > 0 && IsDigit(text[start - 1])) --start;
  return NumberAt(text.substr(start));
}

}  // namespace

std::optional<LogLoss> ReadLoss(std::string_view line) {
  // One of these is in all of them.
  constexpr size_t kNone = std::string_view::npos;
  if (FindText(line, "audit") == kNone && FindText(line, "messages") == kNone) {
    return std::nullopt;
  }
  for (const Saying& saying : kSayings) {
    const size_t at = line.find(saying.words);
    if (at == std::string_view::npos ||
        line.find(saying.also) == std::string_view::npos) {
      continue;
    }
    const uint64_t amount =
        saying.number_behind ? NumberAt(line.substr(at + saying.words.size()))
                             : NumberBefore(line.substr(0, at));
    // "audit_lost=0" tells of the limits alone.
    if (saying.words == "audit_lost=" && amount == 0) continue;
    return LogLoss{saying.by_audit, amount};
  }
  return std::nullopt;
}

}  // namespace scbpf
