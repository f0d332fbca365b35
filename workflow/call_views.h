// What the ABIs of a profile want of one call, and what rules mean to them.
#ifndef SCBPF_WORKFLOW_CALL_VIEWS_H_
#define SCBPF_WORKFLOW_CALL_VIEWS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "arch/abi.h"
#include "proof/diagram.h"
#include "scbpf/policy.h"
#include "scbpf/target.h"
#include "workflow/group_names.h"
#include "workflow/say_call.h"

namespace scbpf {

// The wanted answers of ABIs that read conditions alike and want the same.
struct View {
  const Abi* abi = nullptr;
  const Behavior* behavior = nullptr;
  std::vector<Clause> given;
  Diagram::Ref root = 0;              // of `behavior`
  Diagram::Ref given_root = 0;        // of what `given` makes alone
  std::vector<ReturnValue> leaves{};  // what `behavior` answers
  // A rule without conditions there says it all: no other counts.
  bool decided = false;
};

class CallViews {
 public:
  using Ref = Diagram::Ref;
  using Rules = std::vector<NameRule>;

  // All of these must outlive it.
  CallViews(const Target& target, ReturnValue default_action,
            const DataOrder& order, Diagram& diagram, const std::string& name,
            const std::vector<Wanted>& wanted);

  std::vector<View>& all() { return views_; }
  ReturnValue default_action() const { return default_; }

  // The conditions of `rule` as the ABI reads them.
  std::vector<ArgCondition> NarrowTo(const View& view,
                                     const NameRule& rule) const;
  // Whether the rules, with what is given, make what every view wants.
  bool MeanAll(const Rules& rules);
  // Where the view wants `value`.
  Ref Is(const View& view, ReturnValue value);
  // Where a rule that answers `value` does no harm: `value` is wanted, or what
  // wins over it.
  Ref AreaOf(const View& view, ReturnValue value);
  // Whether the rule does no harm; *ref: where it holds.
  bool Fits(const View& view, Ref area, const NameRule& rule, Ref* ref);
  // CannotSay where what is given answers what is wanted otherwise.
  absl::Status CheckGiven();
  // What the views want, as an error.
  absl::Status CannotSayAll() const;

 private:
  void Add(const Wanted& want);
  bool Means(const View& view, const Rules& rules);
  Ref Build(std::vector<Clause> clauses);

  const Target& target_;
  const ReturnValue default_;
  const DataOrder& order_;
  Diagram& diagram_;
  const std::string& name_;
  std::vector<View> views_;
};

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_CALL_VIEWS_H_
