// A JSON document as a tree whose every value knows its place.
#ifndef SCBPF_COMPILER_JSON_TREE_H_
#define SCBPF_COMPILER_JSON_TREE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/read_json.h"
#include "compiler/read_slots.h"
#include "scbpf/diagnostic.h"

namespace scbpf {

struct JsonNode {
  static constexpr uint32_t kNone = ~0u;

  Shape shape = Shape::kAny;        // kAny: what is neither string nor number
  JsonKind kind = JsonKind::kNull;  // of a scalar
  SourceSpan at;                    // a container's is its opening bracket
  std::string key{};                // of a member
  SourceSpan key_at;
  uint64_t number = 0;  // where kind is kUnsigned
  std::string string{};
  uint32_t first = kNone;  // child
  uint32_t next = kNone;   // sibling
};

// Filled by ReadJson, whose events are its member functions. Past kMostNodes
// it stops the reading.
class JsonTree {
 public:
  // Five a filter's instruction: more than a kernel installs together.
  static constexpr size_t kMostNodes = 200'000;

  bool Key(std::string_view key, SourceSpan at);
  bool Scalar(const JsonScalar& scalar);
  bool Open(Shape shape, uint32_t offset);
  bool Close(uint32_t end);

  // The document; nullptr: nothing was read.
  const JsonNode* root() const;
  std::vector<const JsonNode*> Children(const JsonNode& node) const;

 private:
  struct Level {
    uint32_t container = 0;
    uint32_t last = JsonNode::kNone;  // its last child so far
  };

  bool Full() const { return nodes_.size() >= kMostNodes; }
  uint32_t Add(JsonNode node);

  std::vector<JsonNode> nodes_;
  std::vector<Level> levels_;
  std::string key_;
  SourceSpan key_at_;
};

}  // namespace scbpf

#endif  // SCBPF_COMPILER_JSON_TREE_H_
