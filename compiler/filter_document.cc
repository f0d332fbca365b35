// Writes filters as JSON and reads them back, with a place for every error.
#include "compiler/filter_document.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "arch/abi.h"
#include "bpf/check.h"
#include "bpf/filter_flags.h"
#include "compiler/json_tree.h"
#include "compiler/read_findings.h"
#include "compiler/read_json.h"
#include "compiler/read_syntax.h"

namespace scbpf {
namespace {

constexpr uint64_t kVersion = 1;

std::string Strings(const std::vector<std::string>& strings) {
  std::string text = "[";
  for (const std::string& each : strings) {
    if (text.size() > 1) text += ", ";
    text += '"' + each + '"';
  }
  return text + "]";
}

std::string FormatRecord(const FilterRecord& record) {
  std::vector<std::string> flags;
  for (const std::string_view flag : FlagNames(record.filter.flags)) {
    flags.emplace_back(flag);
  }
  std::string text = "    {\n      \"flags\": " + Strings(flags) + ",\n";
  if (!record.abis.empty()) {
    text += "      \"abis\": " + Strings(record.abis) + ",\n";
  }
  if (!record.source_sha256.empty()) {
    text += "      \"source_sha256\": \"" + record.source_sha256 + "\",\n";
  }
  text += "      \"program\": [\n";
  const Program& program = record.filter.program;
  for (size_t pc = 0; pc < program.size(); ++pc) {
    const Instruction& in = program[pc];
    text += "        [" + std::to_string(in.code) + ", " +
            std::to_string(in.jt) + ", " + std::to_string(in.jf) + ", " +
            std::to_string(in.k) + "]";
    text += pc + 1 < program.size() ? ",\n" : "\n";
  }
  return text + "      ]\n    }";
}

// An object's members, each read once.
class Members {
 public:
  // `object` is one; what it may hold is `names`.
  Members(const JsonTree& tree, const JsonNode& object,
          std::span<const std::string_view> names, Findings& findings)
      : at_(object.at) {
    for (const JsonNode* node : tree.Children(object)) {
      const auto known = std::find(names.begin(), names.end(), node->key);
      if (known == names.end()) {
        findings.Warn("unknown-member", node->key_at,
                      Cat({"unknown member ", Quote(node->key),
                           DidYouMean(node->key, names)}));
      } else if (Find(node->key) != nullptr) {
        findings.Error("duplicate-key", node->key_at,
                       Cat({"a second ", Quote(node->key)}));
      } else {
        members_.push_back(node);
      }
    }
  }

  // nullptr: it has no such member.
  const JsonNode* Find(std::string_view name) const {
    for (const JsonNode* node : members_) {
      if (node->key == name) return node;
    }
    return nullptr;
  }
  // The same, and an error when it has none.
  const JsonNode* Require(std::string_view name, Findings& findings) const {
    const JsonNode* node = Find(name);
    if (node == nullptr) {
      findings.Error("missing-member", at_,
                     Cat({"the member ", Quote(name), " is missing"}));
    }
    return node;
  }

 private:
  SourceSpan at_;
  std::vector<const JsonNode*> members_;
};

// Whether `node` has the shape; an error otherwise. `what`: "an array".
bool Is(const JsonNode& node, Shape shape, std::string_view what,
        Findings& findings) {
  if (node.shape == shape) return true;
  findings.Error("wrong-type", node.at, Cat({"expected ", what}));
  return false;
}

// The strings of an array; others are errors.
std::vector<const JsonNode*> StringsOf(const JsonTree& tree,
                                       const JsonNode& node,
                                       std::string_view what,
                                       Findings& findings) {
  std::vector<const JsonNode*> strings;
  if (!Is(node, Shape::kArray, Cat({"an array of ", what}), findings)) {
    return strings;
  }
  for (const JsonNode* each : tree.Children(node)) {
    if (Is(*each, Shape::kString, "a string", findings)) {
      strings.push_back(each);
    }
  }
  return strings;
}

uint32_t ReadFlags(const JsonTree& tree, const JsonNode& node,
                   Findings& findings) {
  uint32_t flags = 0;
  std::vector<std::string_view> known;
  for (const auto& flag : AllFilterFlags()) known.push_back(flag.name);
  for (const JsonNode* each : StringsOf(tree, node, "flags", findings)) {
    const auto found = std::find(known.begin(), known.end(), each->string);
    if (found == known.end()) {
      findings.Error("unknown-flag", each->at,
                     Cat({"unknown flag ", Quote(each->string),
                          DidYouMean(each->string, known)}));
    } else {
      flags |= AllFilterFlags()[static_cast<size_t>(found - known.begin())].bit;
    }
  }
  return flags;
}

std::vector<std::string> ReadAbis(const JsonTree& tree, const JsonNode& node,
                                  Findings& findings) {
  std::vector<std::string> abis;
  std::vector<std::string_view> known;
  for (const Abi* abi : AllAbis()) known.push_back(abi->id);
  for (const JsonNode* each : StringsOf(tree, node, "ABIs", findings)) {
    const Abi* abi = FindAbi(each->string);
    if (abi == nullptr) {
      findings.Error("unknown-architecture", each->at,
                     Cat({"unknown ABI ", Quote(each->string),
                          DidYouMean(each->string, known)}));
    } else {
      abis.emplace_back(abi->id);
    }
  }
  return abis;
}

// One of an instruction's numbers, at most `most`.
uint32_t ReadField(const JsonNode& node, uint64_t most, const char* name,
                   Findings& findings) {
  if (node.kind == JsonKind::kUnsigned && node.number <= most) {
    return static_cast<uint32_t>(node.number);
  }
  findings.Error("instruction-range", node.at,
                 Cat({name, " is a number from 0 to ", std::to_string(most)}));
  return 0;
}

Instruction ReadInstruction(const JsonTree& tree, const JsonNode& node,
                            Findings& findings) {
  const std::vector<const JsonNode*> fields = tree.Children(node);
  if (node.shape != Shape::kArray || fields.size() != 4) {
    findings.Error("wrong-type", node.at,
                   "expected an instruction, [code, jt, jf, k]");
    return {};
  }
  Instruction in;
  in.code =
      static_cast<uint16_t>(ReadField(*fields[0], 0xffff, "code", findings));
  in.jt = static_cast<uint8_t>(ReadField(*fields[1], 0xff, "jt", findings));
  in.jf = static_cast<uint8_t>(ReadField(*fields[2], 0xff, "jf", findings));
  in.k = ReadField(*fields[3], 0xffffffff, "k", findings);
  return in;
}

Program ReadProgram(const JsonTree& tree, const JsonNode& node,
                    Findings& findings) {
  Program program;
  if (!Is(node, Shape::kArray, "an array of instructions", findings)) return {};
  const std::vector<const JsonNode*> lines = tree.Children(node);
  const int errors = findings.errors();
  for (const JsonNode* line : lines) {
    program.push_back(ReadInstruction(tree, *line, findings));
  }
  if (findings.errors() > errors) return program;
  const std::optional<Refusal> refusal = FindRefusal(program);
  if (refusal.has_value()) {
    findings.Error(
        "refused-program",
        refusal->instruction ? lines[*refusal->instruction]->at : node.at,
        "the kernel refuses this filter: " + refusal->reason);
  }
  return program;
}

FilterRecord ReadRecord(const JsonTree& tree, const JsonNode& node,
                        Findings& findings) {
  static constexpr std::string_view kNames[] = {"flags", "abis",
                                                "source_sha256", "program"};
  FilterRecord record;
  if (!Is(node, Shape::kObject, "a filter, an object", findings)) return record;
  const Members members(tree, node, kNames, findings);
  if (const JsonNode* flags = members.Find("flags")) {
    record.filter.flags = ReadFlags(tree, *flags, findings);
  }
  if (const JsonNode* abis = members.Find("abis")) {
    record.abis = ReadAbis(tree, *abis, findings);
  }
  const JsonNode* digest = members.Find("source_sha256");
  if (digest != nullptr && Is(*digest, Shape::kString, "a string", findings)) {
    record.source_sha256 = digest->string;
  }
  if (const JsonNode* program = members.Require("program", findings)) {
    record.filter.program = ReadProgram(tree, *program, findings);
  }
  return record;
}

std::vector<FilterRecord> ReadTree(const JsonTree& tree, Findings& findings) {
  static constexpr std::string_view kNames[] = {"scbpf", "filters"};
  std::vector<FilterRecord> stack;
  const JsonNode& root = *tree.root();
  if (!Is(root, Shape::kObject, "an object", findings)) return stack;
  const Members members(tree, root, kNames, findings);
  const JsonNode* version = members.Require("scbpf", findings);
  if (version != nullptr &&
      (version->kind != JsonKind::kUnsigned || version->number != kVersion)) {
    findings.Error("unknown-version", version->at,
                   "this scbpf reads version 1 of the document");
    return stack;
  }
  const JsonNode* filters = members.Require("filters", findings);
  if (filters == nullptr ||
      !Is(*filters, Shape::kArray, "an array of filters", findings)) {
    return stack;
  }
  for (const JsonNode* each : tree.Children(*filters)) {
    stack.push_back(ReadRecord(tree, *each, findings));
  }
  if (stack.empty()) {
    findings.Error("no-filter", filters->at, "there is no filter");
  }
  return stack;
}

}  // namespace

std::string FormatFilterDocument(const std::vector<FilterRecord>& stack) {
  std::string text =
      "{\n  \"scbpf\": " + std::to_string(kVersion) + ",\n  \"filters\": [\n";
  for (size_t i = 0; i < stack.size(); ++i) {
    text += FormatRecord(stack[i]) + (i + 1 < stack.size() ? ",\n" : "\n");
  }
  return text + "  ]\n}\n";
}

std::optional<std::vector<FilterRecord>> ReadFilterDocument(
    std::string_view text, Diagnostics& findings) {
  Findings found;
  JsonTree tree;
  std::vector<FilterRecord> stack;
  const JsonEnd end = ReadJson(text, tree);
  switch (end.how) {
    case JsonEnd::How::kComplete:
      stack = ReadTree(tree, found);
      break;
    case JsonEnd::How::kSyntaxError:
      TellSyntax(text, end, found);
      break;
    case JsonEnd::How::kStoppedByReader:
      found.Error("too-large", {0, 0},
                  "more instructions than a kernel installs together");
      break;
  }
  std::move(found.all().begin(), found.all().end(),
            std::back_inserter(findings));
  if (found.errors() > 0) return std::nullopt;
  return stack;
}

}  // namespace scbpf
