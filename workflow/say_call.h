// One system call's answers as rules of a profile.
#ifndef SCBPF_WORKFLOW_SAY_CALL_H_
#define SCBPF_WORKFLOW_SAY_CALL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "arch/abi.h"
#include "proof/budget.h"
#include "proof/diagram.h"
#include "scbpf/policy.h"
#include "scbpf/target.h"
#include "workflow/group_names.h"

namespace scbpf {

// What an ABI shall answer to the call; `given` is said of its number already,
// by entries on other names.
struct Wanted {
  const Abi* abi = nullptr;
  const Behavior* behavior = nullptr;
  std::vector<Clause> given{};
};

// "cannot be said in a profile: " and why.
absl::Status CannotSay(const std::string& why);

// The value as an action of a profile with its data. InvalidArgument: none is.
absl::StatusOr<NameRule> SayValue(const std::string& name, ReturnValue value);

// In which order rules stand in the profile: of equal actions with different
// data the first that holds decides. Values that are not listed come last.
using DataOrder = std::vector<ReturnValue>;

// Whether, of rules that hold together, one that answers `a` wins over one
// that answers `b`.
bool Precedes(ReturnValue a, ReturnValue b, const DataOrder& order);

// Whether rule `a` stands before `b` in a profile, where the order is free.
bool StandsBefore(const NameRule& a, const NameRule& b, const DataOrder& order);

class CallSayer {
 public:
  // All but the default action must outlive it.
  CallSayer(const Target& target, ReturnValue default_action,
            const DataOrder& order, Budget& budget);

  // The fewest rules found that make `name` answer what is wanted on every
  // ABI; none: the default action is all. InvalidArgument: CannotSay.
  // ResourceExhausted: the budget ran out.
  absl::StatusOr<std::vector<NameRule>> Say(const std::string& name,
                                            const std::vector<Wanted>& wanted);

 private:
  const Target& target_;
  ReturnValue default_action_;
  const DataOrder& order_;
  Budget& budget_;
  Diagram diagram_;
};

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_SAY_CALL_H_
