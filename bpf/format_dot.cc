// A filter's basic blocks as a graph for Graphviz.
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bpf/disassemble.h"
#include "bpf/formats.h"
#include "bpf/instruction.h"

namespace scbpf {
namespace {

// Where blocks begin: at 0, at each target of a jump, behind each jump and
// RET.
std::vector<bool> FindLeaders(std::span<const Instruction> program) {
  std::vector<bool> leads(program.size() + 1, false);
  leads[0] = true;
  for (size_t pc = 0; pc < program.size(); ++pc) {
    const Instruction& in = program[pc];
    const uint16_t kind = op::Class(in.code);
    if (kind != op::kJmp && kind != op::kRet) continue;
    leads[pc + 1] = true;
    if (in.code == op::kJaK) leads[pc + 1 + in.k] = true;
    if (!op::IsConditional(in.code)) continue;
    leads[pc + 1 + in.jt] = true;
    leads[pc + 1 + in.jf] = true;
  }
  return leads;
}

// A line of a label, aligned left.
std::string Escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\\l";
}

// The edges from the last instruction of a block that begins at `from`.
std::string WriteEdges(const Instruction& in, size_t pc, size_t from,
                       const std::string& prefix) {
  const auto edge = [&](size_t to, const char* more) {
    return absl::StrCat("    ", prefix, from, " -> ", prefix, to, more, ";\n");
  };
  if (op::Class(in.code) == op::kRet) return "";
  if (in.code == op::kJaK) return edge(pc + 1 + in.k, "");
  if (!op::IsConditional(in.code)) return edge(pc + 1, "");
  if (in.jt == in.jf) return edge(pc + 1 + in.jt, "");
  // A listing tells the opposite of a test that goes on when it holds.
  const bool opposite = in.jt == 0;
  return edge(pc + 1 + (opposite ? in.jf : in.jt), " [label=\"yes\"]") +
         edge(pc + 1 + (opposite ? in.jt : in.jf), " [label=\"no\"]");
}

// The condition alone: edges say where it leads.
std::string TellTest(const std::string& told, const Instruction& in) {
  if (!op::IsConditional(in.code) || in.jt == in.jf) return told;
  return told.substr(0, told.find(" goto "));
}

std::string WriteProgram(std::span<const Instruction> program,
                         const std::string& prefix) {
  const std::vector<bool> leads = FindLeaders(program);
  const std::vector<std::string> told = DescribeInstructions(program);
  std::string nodes;
  std::string edges;
  size_t first = 0;
  std::string label;
  for (size_t pc = 0; pc < program.size(); ++pc) {
    label += Escape(
        absl::StrFormat("%04d: %s", pc, TellTest(told[pc], program[pc])));
    if (!leads[pc + 1] && pc + 1 < program.size()) continue;
    absl::StrAppend(&nodes, "    ", prefix, first, " [label=\"", label,
                    "\"];\n");
    edges += WriteEdges(program[pc], pc, first, prefix);
    first = pc + 1;
    label.clear();
  }
  return nodes + edges;
}

}  // namespace

std::string FormatDot(std::span<const Program> stack) {
  std::string text =
      "digraph filter {\n"
      "  node [shape=box, fontname=\"monospace\"];\n"
      "  edge [fontname=\"monospace\"];\n";
  for (size_t i = 0; i < stack.size(); ++i) {
    absl::StrAppendFormat(
        &text, "  subgraph cluster_%d {\n    label=\"%s\";\n", i,
        stack.size() == 1 ? std::string() : absl::StrCat("filter ", i));
    text += WriteProgram(stack[i], absl::StrCat("f", i, "_"));
    text += "  }\n";
  }
  return text + "}\n";
}

}  // namespace scbpf
