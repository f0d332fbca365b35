// The calls that a log recorded, counted, and whether a profile can have
// caused the records.
#ifndef SCBPF_WORKFLOW_LOGGED_CALLS_H_
#define SCBPF_WORKFLOW_LOGGED_CALLS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "scbpf/return_value.h"
#include "workflow/call_pattern.h"
#include "workflow/record.h"
#include "workflow/seen_records.h"
#include "workflow/why.h"

namespace scbpf {

// Records that say the same.
struct LoggedCall {
  const Abi* abi = nullptr;  // nullptr: none that is known
  std::string abi_word;      // as the log names it, where abi is nullptr
  CallPattern call;
  std::optional<Action> answer;  // of audit records
  uint64_t count = 0;
  uint32_t log = 0;  // where the first stands
  uint64_t line = 0;
  std::vector<std::string> programs;  // at most kMostPrograms
  static constexpr size_t kMostPrograms = 4;
};

class LoggedCalls {
 public:
  // Copies of a record count once.
  void Add(const Record& record, uint32_t log);

  // In the order of their first records.
  const std::vector<LoggedCall>& calls() const { return calls_; }
  uint64_t records() const { return records_; }

 private:
  using Key = std::tuple<const Abi*, std::string, std::string,
                         std::optional<uint64_t>, std::optional<Action>>;

  SeenRecords seen_;
  std::vector<LoggedCall> calls_;
  std::map<Key, size_t> index_;
  uint64_t records_ = 0;
};

// Why the profile whose answer to the logged call is `answer` cannot have
// caused the record, so that another one is loaded; empty: it can have.
std::string WhyForeign(const AskedProfile& profile, const CallAnswer& answer,
                       const LoggedCall& logged);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LOGGED_CALLS_H_
