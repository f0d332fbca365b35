// Whether a record counts.
#include <algorithm>
#include <string_view>

#include "workflow/learn.h"

namespace scbpf {
namespace {

// TASK_COMM_LEN without its NUL (source: linux/sched.h).
constexpr size_t kLongestComm = 15;

bool MatchesExe(std::string_view exe, const std::string& wanted) {
  if (wanted.find('/') != std::string::npos) return exe == wanted;
  return exe.substr(exe.rfind('/') + 1) == wanted;
}

}  // namespace

bool Passes(const RecordFilter& filter, const Record& record) {
  if (filter.since_ms &&
      (!record.time_ms || *record.time_ms < *filter.since_ms)) {
    return false;
  }
  if (!filter.codes.empty() &&
      (!record.code || filter.codes.count(ActionOf({*record.code})) == 0)) {
    return false;
  }
  if (!filter.pids.empty() &&
      (!record.pid || std::find(filter.pids.begin(), filter.pids.end(),
                                *record.pid) == filter.pids.end())) {
    return false;
  }
  if (!filter.comms.empty() &&
      (!record.comm ||
       std::none_of(filter.comms.begin(), filter.comms.end(),
                    [&](const std::string& wanted) {
                      return record.comm->substr(0, kLongestComm) ==
                             std::string_view(wanted).substr(0, kLongestComm);
                    }))) {
    return false;
  }
  return filter.exes.empty() ||
         (record.exe && std::any_of(filter.exes.begin(), filter.exes.end(),
                                    [&](const std::string& wanted) {
                                      return MatchesExe(*record.exe, wanted);
                                    }));
}

}  // namespace scbpf
