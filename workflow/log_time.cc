// Reads epochs and dates digit by digit; the calendar is the proleptic
// Gregorian one.
#include "workflow/log_time.h"

#include <algorithm>

namespace scbpf {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes a number of `least` to `most` digits off the front.
std::optional<int64_t> TakeNumber(std::string_view& text, size_t least,
                                  size_t most) {
  size_t length = 0;
  int64_t value = 0;
  while (length < text.size() && length < most && IsDigit(text[length])) {
    value = value * 10 + (text[length++] - '0');
  }
  if (length < least) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

bool Take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// Digits behind a dot or a comma as milliseconds; 0 where there are none.
int64_t TakeMilliseconds(std::string_view& text) {
  if (!Take(text, '.') && !Take(text, ',')) return 0;
  int64_t value = 0;
  size_t length = 0;
  for (; length < text.size() && IsDigit(text[length]); ++length) {
    if (length < 3) value = value * 10 + (text[length] - '0');
  }
  for (size_t i = length; i < 3; ++i) value *= 10;
  text.remove_prefix(length);
  return value;
}

// Days since 1970-01-01 (Howard Hinnant's days_from_civil).
int64_t DaysOf(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = year / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t shifted = month > 2 ? month - 3 : month + 9;
  const int64_t day_of_year = (153 * shifted + 2) / 5 + day - 1;
  const int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

// "2026-11-25", "11/25/26" or "11/25/2026", as days.
std::optional<int64_t> TakeDate(std::string_view& text) {
  const auto first = TakeNumber(text, 2, 4);
  if (!first) return std::nullopt;
  const char between = text.empty() ? ' ' : text.front();
  if (between != '-' && between != '/') return std::nullopt;
  text.remove_prefix(1);
  const auto second = TakeNumber(text, 2, 2);
  if (!second || !Take(text, between)) return std::nullopt;
  const auto third = TakeNumber(text, 2, 4);
  if (!third) return std::nullopt;
  const bool iso = between == '-';
  int64_t year = iso ? *first : *third;
  if (!iso && year < 100) year += 2000;
  const int64_t month = iso ? *second : *first;
  const int64_t day = iso ? *third : *second;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) {
    return std::nullopt;
  }
  return DaysOf(year, month, day);
}

// "Z", "+01:00", "+0100" as seconds; nullopt where there is none.
std::optional<int64_t> TakeZone(std::string_view& text) {
  if (Take(text, 'Z')) return 0;
  const bool west = !text.empty() && text.front() == '-';
  if (!Take(text, '+') && !Take(text, '-')) return std::nullopt;
  const auto hours = TakeNumber(text, 2, 2);
  Take(text, ':');
  const auto minutes = TakeNumber(text, 2, 2);
  if (!hours) return std::nullopt;
  const int64_t seconds = *hours * 3600 + minutes.value_or(0) * 60;
  return west ? -seconds : seconds;
}

// "18:00", "18:00:00.123", as milliseconds.
std::optional<int64_t> TakeClock(std::string_view& text) {
  const auto hours = TakeNumber(text, 2, 2);
  if (!hours || !Take(text, ':')) return std::nullopt;
  const auto minutes = TakeNumber(text, 2, 2);
  if (!minutes || *hours > 24 || *minutes > 59) return std::nullopt;
  int64_t ms = (*hours * 60 + *minutes) * 60000;
  if (!Take(text, ':')) return ms;
  const auto seconds = TakeNumber(text, 2, 2);
  if (!seconds || *seconds > 60) return std::nullopt;
  ms += *seconds * 1000;
  return ms + TakeMilliseconds(text);
}

}  // namespace

std::optional<int64_t> ParseLogTime(std::string_view text,
                                    int64_t zone_seconds) {
  const bool at = Take(text, '@');
  const size_t digits = static_cast<size_t>(
      std::find_if_not(text.begin(), text.end(), IsDigit) - text.begin());
  const bool epoch =
      digits > 0 && (digits == text.size() || text[digits] == '.');
  if (epoch || at) {
    const auto seconds = TakeNumber(text, 1, 12);
    if (!seconds) return std::nullopt;
    const int64_t ms = *seconds * 1000 + TakeMilliseconds(text);
    return text.empty() ? std::optional(ms) : std::nullopt;
  }
  const auto days = TakeDate(text);
  if (!days) return std::nullopt;
  int64_t ms = *days * 86'400'000;
  int64_t zone = zone_seconds;
  if (Take(text, 'T') || Take(text, ' ')) {
    const auto clock = TakeClock(text);
    if (!clock) return std::nullopt;
    ms += *clock;
    Take(text, ' ');
    zone = TakeZone(text).value_or(zone);
  }
  if (!text.empty()) return std::nullopt;
  return ms - zone * 1000;
}

}  // namespace scbpf
