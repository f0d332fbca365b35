// Where the parts of a JSON text stand, for edits that keep its formatting.
#ifndef SCBPF_WORKFLOW_JSON_PLACES_H_
#define SCBPF_WORKFLOW_JSON_PLACES_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "scbpf/diagnostic.h"

namespace scbpf {

// A member of an object, or an item of an array, whose key has length 0.
struct JsonPlace {
  SourceSpan key;  // with its quotes
  SourceSpan value;
};

// An object or array, from bracket to bracket, and what stands directly in it.
struct JsonContainer {
  SourceSpan at;
  std::vector<JsonPlace> parts;
};

constexpr uint32_t EndOf(SourceSpan span) { return span.offset + span.length; }

// The container whose opening bracket stands at `offset`. `text` must be JSON.
JsonContainer ScanContainer(std::string_view text, uint32_t offset);

// The opening brace of the innermost object around `offset`; nullopt: none.
std::optional<uint32_t> FindObjectAround(std::string_view text,
                                         uint32_t offset);

// The member `key` of an object; nullptr: it has none that is spelled so.
const JsonPlace* FindMember(std::string_view text, const JsonContainer& object,
                            std::string_view key);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_JSON_PLACES_H_
