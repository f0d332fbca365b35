// The smallest edit of a profile that would let a call through.
#ifndef SCBPF_WORKFLOW_ALLOW_EDIT_H_
#define SCBPF_WORKFLOW_ALLOW_EDIT_H_

#include <optional>
#include <string>
#include <vector>

#include "scbpf/diagnostic.h"
#include "workflow/why.h"

namespace scbpf {

// One thing that the edit does, and at which place of the text before it.
struct EditStep {
  std::string text;  // "add \"openat2\" to the entry"
  SourceSpan at;
};

struct AllowEdit {
  std::string text;  // the whole profile, changed
  std::vector<EditStep> steps;
  std::vector<std::string> notes;  // what else it changes
};

// An edit after which the profile, compiled with the same options, answers
// ALLOW (or, where its default is LOG, that) to the call on every ABI of
// `abis` (empty: the profile's own) that has it: this was tried. The
// narrowest of: taking the name out of entries that deny it; an entry for
// the arguments that are known (addresses left out), where others are allowed
// already; the name in the largest entry that allows without conditions; an
// entry of its own. Notes tell what else the edit changes.
// nullopt: no such edit is known (the call has no name, or the ABI is not
// among the profile's).
std::optional<AllowEdit> FindAllowEdit(const AskedProfile& profile,
                                       const CallAnswer& answer,
                                       const std::vector<std::string>& abis);

// A call that an edit shall allow, and on which ABIs.
struct WantedCall {
  CallPattern call;
  std::vector<std::string> abis;  // ids
};

// One edit for several calls.
struct AllowEdits {
  std::optional<AllowEdit> edit;  // nullopt: none is needed, or none is known
  // For each call why the edit leaves it denied; "": it does not.
  std::vector<std::string> left;
};

// An edit that allows them all, made of FindAllowEdit's for each that is not
// permitted yet. The steps' places are of the text as the steps before left
// it.
AllowEdits FindAllowEdits(const AskedProfile& profile,
                          const std::vector<WantedCall>& wanted);

// Why FindAllowEdit knows no edit, in a sentence without its full stop.
std::string WhyNoEdit(const CallAnswer& answer);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_ALLOW_EDIT_H_
