// JSON text with tabs, as profiles are commonly written.
#include "compiler/write_json.h"

#include <utility>

namespace scbpf {

void JsonWriter::Begin(std::string_view key) {
  if (!first_) out_ += ',';
  if (depth_ > 0) {
    out_ += '\n';
    out_.append(depth_, '\t');
  }
  first_ = false;
  if (key.empty()) return;
  Quoted(key);
  out_ += ": ";
}

void JsonWriter::Quoted(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out_ += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out_ += {'\\', c};
    } else if (c == '\n') {
      out_ += "\\n";
    } else if (c == '\t') {
      out_ += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out_ += "\\u00";
      out_ += {kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

void JsonWriter::Open(std::string_view key, char bracket) {
  Begin(key);
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::Close(char bracket) {
  --depth_;
  if (!first_) {
    out_ += '\n';
    out_.append(depth_, '\t');
  }
  out_ += bracket;
  first_ = false;
}

void JsonWriter::String(std::string_view key, std::string_view value) {
  Begin(key);
  Quoted(value);
}

void JsonWriter::Number(std::string_view key, uint64_t value) {
  Begin(key);
  out_ += std::to_string(value);
}

void JsonWriter::Bool(std::string_view key, bool value) {
  Begin(key);
  out_ += value ? "true" : "false";
}

void JsonWriter::Array(std::string_view key,
                       const std::vector<std::string>& values) {
  Open(key, '[');
  for (const std::string& value : values) String("", value);
  Close(']');
}

std::string JsonWriter::Take() { return std::exchange(out_, {}) + '\n'; }

}  // namespace scbpf
