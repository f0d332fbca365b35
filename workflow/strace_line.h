// Lines that strace writes, one call each.
#ifndef SCBPF_WORKFLOW_STRACE_LINE_H_
#define SCBPF_WORKFLOW_STRACE_LINE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string_view>

#include "workflow/record.h"

namespace scbpf {

// Fills in what call `name` of `abi` is, in strace's words: "syscall_0x1c7"
// for a number that it has no name for.
void NameCall(std::string_view name, const Abi* abi, Record& record);

class StraceLines {
 public:
  enum class Answer : uint8_t {
    kNotMine,
    kMine,  // strace's, but no new call: a signal, an exit, the end of a call
    kCall,
  };

  // `native`: the ABI of calls until strace says that a process runs in
  // another mode.
  explicit StraceLines(const Abi* native) : native_(native) {}

  // Reads a line with any of the prefixes of -f, -t, -r, -i and -n. Of socket,
  // clone, personality, prctl and ioctl the record has the argument that
  // --args narrows. `is_whole`: false for a last line that may go on.
  Answer Read(std::string_view line, bool is_whole, Record& record);

 private:
  Answer ReadCall(std::string_view text, bool is_whole, Record& record);
  Answer ReadResumed(std::string_view text, Record& record);
  void ReadMode(std::string_view text);
  void Identify(std::string_view name, Record& record) const;
  const Abi* AbiOf(const Record& record) const;

  const Abi* native_;
  const Abi* last_mode_ = nullptr;
  std::map<int64_t, const Abi*> modes_;  // of processes that have another
  std::set<int64_t> unfinished_;         // processes within a call
  bool seen_ = false;                    // a line that was strace's
};

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_STRACE_LINE_H_
