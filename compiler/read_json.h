// JSON text as a stream of events with places; the only user of nlohmann's
// JSON library.
#ifndef SCBPF_COMPILER_READ_JSON_H_
#define SCBPF_COMPILER_READ_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "scbpf/diagnostic.h"

namespace scbpf {

enum class JsonKind : uint8_t {
  kNull,
  kBoolean,
  kUnsigned,  // 0 .. 2^64-1, in `number`
  kNegative,  // an integer with a minus sign
  kHuge,      // an integer past 64 bits
  kFraction,  // with a point or an exponent
  kString,
};

struct JsonScalar {
  JsonKind kind = JsonKind::kNull;
  SourceSpan at;
  uint64_t number = 0;
  std::string_view string{};
};

class JsonTree;
class ProfileReader;

struct JsonEnd {
  enum class How : uint8_t { kComplete, kStoppedByReader, kSyntaxError };
  How how = How::kComplete;
  uint32_t token = 0;      // a syntax error: where the token starts
  uint32_t stop = 0;       // and where reading stopped, past the offending byte
  bool after_key = false;  // the last thing read was a key
};

// Reads the one JSON value that is `part` of `text`, telling `reader` each
// event; places are offsets in `text`. Never recurses.
JsonEnd ReadJson(std::string_view text, SourceSpan part, ProfileReader& reader);

// Reads the whole of `text` into an empty tree.
JsonEnd ReadJson(std::string_view text, JsonTree& tree);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_READ_JSON_H_
