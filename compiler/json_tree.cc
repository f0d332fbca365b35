// Builds the tree: one vector of nodes, linked by their indexes.
#include "compiler/json_tree.h"

#include <utility>

namespace scbpf {

bool JsonTree::Key(std::string_view key, SourceSpan at) {
  key_ = key;
  key_at_ = at;
  return true;
}

bool JsonTree::Scalar(const JsonScalar& scalar) {
  if (Full()) return false;
  JsonNode node;
  switch (scalar.kind) {
    case JsonKind::kString:
      node.shape = Shape::kString;
      break;
    case JsonKind::kUnsigned:
    case JsonKind::kNegative:
    case JsonKind::kHuge:
    case JsonKind::kFraction:
      node.shape = Shape::kNumber;
      break;
    case JsonKind::kNull:
    case JsonKind::kBoolean:
      break;
  }
  node.kind = scalar.kind;
  node.at = scalar.at;
  node.number = scalar.number;
  node.string = scalar.string;
  Add(std::move(node));
  return true;
}

bool JsonTree::Open(Shape shape, uint32_t offset) {
  if (Full()) return false;
  JsonNode node;
  node.shape = shape;
  node.at = {offset, 1};
  levels_.push_back({Add(std::move(node))});
  return true;
}

bool JsonTree::Close(uint32_t) {
  levels_.pop_back();
  return true;
}

const JsonNode* JsonTree::root() const {
  return nodes_.empty() ? nullptr : nodes_.data();
}

std::vector<const JsonNode*> JsonTree::Children(const JsonNode& node) const {
  std::vector<const JsonNode*> children;
  for (uint32_t at = node.first; at != JsonNode::kNone; at = nodes_[at].next) {
    children.push_back(&nodes_[at]);
  }
  return children;
}

uint32_t JsonTree::Add(JsonNode node) {
  const auto index = static_cast<uint32_t>(nodes_.size());
  node.key = std::exchange(key_, {});
  node.key_at = std::exchange(key_at_, {});
  nodes_.push_back(std::move(node));
  if (levels_.empty()) return index;
  Level& level = levels_.back();
  if (level.last == JsonNode::kNone) {
    nodes_[level.container].first = index;
  } else {
    nodes_[level.last].next = index;
  }
  level.last = index;
  return index;
}

}  // namespace scbpf
