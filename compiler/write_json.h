// Indented JSON text, written front to back.
#ifndef SCBPF_COMPILER_WRITE_JSON_H_
#define SCBPF_COMPILER_WRITE_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scbpf {

// Members need a key, items of an array have "". Indents by tabs.
class JsonWriter {
 public:
  void Open(std::string_view key, char bracket);  // '{' or '['
  void Close(char bracket);
  void String(std::string_view key, std::string_view value);
  void Number(std::string_view key, uint64_t value);
  void Bool(std::string_view key, bool value);
  void Array(std::string_view key, const std::vector<std::string>& values);

  // The document, with a final newline.
  std::string Take();

 private:
  void Begin(std::string_view key);
  void Quoted(std::string_view text);

  std::string out_;
  size_t depth_ = 0;
  bool first_ = true;  // of its container
};

}  // namespace scbpf

#endif  // SCBPF_COMPILER_WRITE_JSON_H_
