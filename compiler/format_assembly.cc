// An assembly as text, with labels.
#include <vector>

#include "absl/strings/str_cat.h"
#include "bpf/instruction.h"
#include "bpf/knowledge.h"
#include "bpf/text.h"
#include "compiler/assembly.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

std::string LabelName(Label label) { return absl::StrCat("L", label); }

std::vector<Knowledge> FollowLines(const Assembly& assembly) {
  std::vector<FlowStep> steps;
  for (const Line& line : assembly.lines) {
    const size_t next =
        line.is_branch || line.is_jump ? line.then_line : steps.size() + 1;
    steps.push_back({line.instruction, next, line.else_line});
  }
  return FollowKnowledge(steps);
}

std::string FormatLine(const Knowledge& at, const Line& line) {
  const Instruction& i = line.instruction;
  if (line.is_branch) {
    const std::string name = ConstantText(at, op::Operation(i.code), i.k);
    const std::string comment = name == Hex(i.k) ? "" : "  ; " + name;
    const char* jump = i.code == op::kJeqK   ? "jeq"
                       : i.code == op::kJgeK ? "jge"
                                             : "jset";
    return absl::StrCat(jump, " #", Hex(i.k), ", ", LabelName(line.then_line),
                        ", ", LabelName(line.else_line), comment);
  }
  if (line.is_jump) return absl::StrCat("ja ", LabelName(line.then_line));
  switch (i.code) {
    case op::kLdAbs:
      return absl::StrCat("ld [", i.k, "]  ; ", WordText(at, i.k));
    case op::kAndK:
      return absl::StrCat("and #", Hex(i.k));
    default:
      return absl::StrCat("ret #", Hex(i.k), "  ; ", FormatReturnValue({i.k}));
  }
}

}  // namespace

std::string FormatAssembly(const Assembly& assembly) {
  std::vector<bool> is_target(assembly.lines.size(), false);
  for (const Line& line : assembly.lines) {
    if (!line.is_branch && !line.is_jump) continue;
    is_target[line.then_line] = true;
    if (line.is_branch) is_target[line.else_line] = true;
  }
  const std::vector<Knowledge> known = FollowLines(assembly);
  std::string text;
  for (Label label = 0; label < assembly.lines.size(); ++label) {
    if (is_target[label]) absl::StrAppend(&text, LabelName(label), ":\n");
    absl::StrAppend(&text, "  ",
                    FormatLine(known[label], assembly.lines[label]), "\n");
  }
  return text;
}

}  // namespace scbpf
