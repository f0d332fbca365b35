// Line, column and JSON pointer of places in a text, in ascending order.
#ifndef SCBPF_COMPILER_LOCATE_H_
#define SCBPF_COMPILER_LOCATE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scbpf/diagnostic.h"

namespace scbpf {

// Scans a text once. It need not be right JSON: what can be told is told. Text
// that is no JSON at all has lines and columns, but no pointers.
class Locator {
 public:
  explicit Locator(std::string_view text, bool json = true)
      : text_(text), json_(json) {}

  // `offset` must not be smaller than in the call before.
  Location Seek(uint32_t offset);

  // Where the line of the last place starts.
  uint32_t line_start() const { return static_cast<uint32_t>(line_start_); }

 private:
  struct Level {
    bool array = false;
    bool wants_key = true;
    uint32_t index = 0;
    std::string_view key{};  // as written, with its escapes
    bool has_key = false;
  };
  // Deeper levels are not told apart.
  static constexpr size_t kDeepest = 2000;

  void Step();
  void String();
  std::string Pointer() const;

  std::string_view text_;
  bool json_;
  size_t next_ = 0;  // of the first byte not looked at
  size_t line_start_ = 0;
  int line_ = 1;
  std::vector<Level> levels_;
  size_t beyond_ = 0;
};

// Fills in where the offsets lie that are its keys, in one scan.
void LocateAll(std::string_view text, std::map<uint32_t, Location>& places);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_LOCATE_H_
