// From records to the profile that allows what they recorded.
#ifndef SCBPF_WORKFLOW_LEARN_H_
#define SCBPF_WORKFLOW_LEARN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scbpf/profile.h"
#include "scbpf/target.h"
#include "workflow/group_names.h"
#include "workflow/record.h"
#include "workflow/record_reader.h"

namespace scbpf {

// Which records count. A list that is empty lets all pass; a record that does
// not tell what is asked for does not pass.
struct RecordFilter {
  std::vector<std::string>
      comms;                      // compared as the kernel keeps them: 15 bytes
  std::vector<std::string> exes;  // a path, or its last part
  std::vector<int64_t> pids;
  std::set<Action> codes;
  std::optional<int64_t> since_ms;
};

bool Passes(const RecordFilter& filter, const Record& record);

struct LearnOptions {
  // What the profile is for; native: the ABI of calls that do not say theirs.
  Target target;
  RecordFilter filter;
  ReturnValue default_value = Errno(1);
  // Calls that came with a kernel after target.kernel answer ENOSYS, so that
  // a C library falls back on older ones.
  bool newer_is_enosys = false;
  bool narrow_arguments = false;
  // Calls that something else needs, a container runtime for instance.
  std::vector<std::string> base;
  std::vector<NameRule> base_rules;  // what it needs under conditions
  std::string base_name;             // "runc 1.1.5": for what is told of them
};

// A call, once for all its records.
struct LearnedCall {
  const Abi* abi = nullptr;
  std::string name;
  std::optional<uint32_t> nr;  // nullopt: reached by a multiplexer alone
  bool by_name = false;        // told by name, so perhaps through a multiplexer
  uint64_t count = 0;
  LogPlace first;
  std::string program;    // of the first record: exe, or comm; "": not said
  uint32_t programs = 0;  // different ones, as far as they were told apart
  std::map<Action, uint64_t> refused;  // by an action other than ALLOW and LOG
  LogPlace first_refused;
  // With narrow_arguments: which argument, and the values seen.
  std::optional<uint8_t> argument;
  std::set<uint64_t> values;
};

// A call that no table has: it is in no profile.
struct UnknownCall {
  std::string abi;   // an ABI's id, or the log's own word or token
  std::string call;  // the number or name
  bool abi_known = false;
  bool abi_said = true;  // by the record; else the native one was taken
  uint64_t count = 0;
  LogPlace first;
};

// What the profile allows though no record has it.
struct BeyondCall {
  std::string abi;
  std::string name;
  std::string through;   // "socketcall(1)"; "": the call itself
  bool of_base = false;  // the base needs the name
};

// A call that the profile allows whatever its arguments, or whose arguments
// the log does not tell.
struct WideCall {
  enum class Why : uint8_t {
    kUntold,   // a record does not tell the argument that --args narrows
    kMany,     // there were more values than a profile should list
    kDefault,  // no entry refuses it any longer, and the default allows it
  };
  std::string name;
  LogPlace first;
  Why why = Why::kUntold;
};

struct Learned {
  Profile profile;
  std::vector<LearnedCall> calls;    // by ABI, then by name
  std::vector<UnknownCall> unknown;  // at most 1000
  uint64_t more_unknown = 0;         // records of others past those
  std::vector<BeyondCall> beyond;
  std::vector<WideCall> wide;
  // Of a merge: names that the profile did not allow, and calls that it allows
  // under conditions, which the log cannot tell; and the ABIs that it lacked.
  std::vector<std::string> added;
  std::vector<std::string> added_abis;
  std::vector<WideCall> conditional;
  uint64_t counted = 0;   // records that the calls and the unknown come from
  uint64_t copies = 0;    // of records from another log or framing
  uint64_t filtered = 0;  // records that the filter left out
  uint64_t untimed = 0;   // of these: for want of a time
  // The first row of a table that counts: tables leave out some calls.
  std::optional<LogPlace> table;
};

class Learner {
 public:
  explicit Learner(const LearnOptions& options);
  ~Learner();
  Learner(const Learner&) = delete;
  Learner& operator=(const Learner&) = delete;

  void Add(const Record& record, uint32_t log);

  // What was learned so far.
  Learned Finish() const;

 private:
  struct Tally;
  const LearnOptions options_;
  std::unique_ptr<Tally> tally_;
};

// The argument that --args narrows a call by: socket's family, clone's flags,
// personality's persona, prctl's option, ioctl's command. nullopt: none.
std::optional<uint8_t> NarrowedArgument(std::string_view name);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LEARN_H_
