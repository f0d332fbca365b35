// nlohmann's SAX reader over an external cursor, so that places cost nothing.
#include "compiler/read_json.h"

#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>

#include "compiler/read_profile.h"

namespace scbpf {
namespace {

constexpr bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Where nlohmann's lexer stands: shared by all copies of the iterator.
struct Cursor {
  const char* next;
  const char* end;
};

// An input iterator that leaves out the blanks behind a line break: no string
// of JSON holds one, so only indentation is passed over.
class CursorIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CursorIterator() = default;
  explicit CursorIterator(Cursor* cursor) : cursor_(cursor) {}

  reference operator*() const { return *cursor_->next; }
  CursorIterator& operator++() {
    if (*cursor_->next++ == '\n') {
      while (cursor_->next != cursor_->end && IsBlank(*cursor_->next)) {
        ++cursor_->next;
      }
    }
    return *this;
  }
  // The end is the iterator without a cursor.
  bool operator==(const CursorIterator&) const {
    return cursor_->next == cursor_->end;
  }
  bool operator!=(const CursorIterator& other) const {
    return !(*this == other);
  }

 private:
  Cursor* cursor_ = nullptr;
};

// nlohmann's events, with places, as the reader's.
class Sax {
 public:
  Sax(std::string_view text, Cursor& cursor, ProfileReader& reader)
      : text_(text), cursor_(cursor), last_end_(cursor.next), reader_(reader) {}

  bool null() { return Scalar({JsonKind::kNull, Literal(4)}); }
  bool boolean(bool value) {
    return Scalar({JsonKind::kBoolean, Literal(value ? 4 : 5)});
  }
  bool number_integer(int64_t) {
    return Scalar({JsonKind::kNegative, Number()});
  }
  bool number_unsigned(uint64_t value) {
    return Scalar({JsonKind::kUnsigned, Number(), value});
  }
  bool number_float(double, const std::string& digits) {
    const bool whole = digits.find_first_of(".eE") == std::string::npos;
    const JsonKind kind = !whole             ? JsonKind::kFraction
                          : digits[0] == '-' ? JsonKind::kNegative
                                             : JsonKind::kHuge;
    return Scalar({kind, Number()});
  }
  bool string(std::string& value) {
    return Scalar({JsonKind::kString, String(value.size()), 0, value});
  }
  bool binary(std::vector<uint8_t>&) { return false; }
  bool key(std::string& key) { return reader_.Key(key, String(key.size())); }
  bool start_object(size_t) {
    return reader_.Open(Shape::kObject, Literal(1).offset);
  }
  bool end_object() { return reader_.Close(Literal(1).offset + 1); }
  bool start_array(size_t) {
    return reader_.Open(Shape::kArray, Literal(1).offset);
  }
  bool end_array() { return reader_.Close(Literal(1).offset + 1); }
  template <typename Exception>
  bool parse_error(size_t, const std::string&, const Exception&) {
    failed_ = true;
    return false;
  }

  JsonEnd End(bool complete) const {
    if (complete) return {};
    if (!failed_) return {JsonEnd::How::kStoppedByReader};
    return {JsonEnd::How::kSyntaxError, OffsetOf(TokenStart()),
            OffsetOf(cursor_.next)};
  }

 private:
  bool Scalar(const JsonScalar& scalar) { return reader_.Scalar(scalar); }

  uint32_t OffsetOf(const char* place) const {
    return static_cast<uint32_t>(place - text_.data());
  }
  SourceSpan Span(const char* first, const char* end) {
    last_end_ = end;
    return {OffsetOf(first), static_cast<uint32_t>(end - first)};
  }
  const char* TokenStart() const {
    const char* start = last_end_;
    while (start < cursor_.end &&
           (IsBlank(*start) || *start == ',' || *start == ':')) {
      ++start;
    }
    return start;
  }

  // Events fire just past their token ...
  SourceSpan Literal(int length) {
    return Span(cursor_.next - length, cursor_.next);
  }
  // ... but for numbers, where one more byte has been read.
  SourceSpan Number() {
    const char* const start = TokenStart();
    const char* end = start;
    while (end < cursor_.end &&
           std::string_view("+-.0123456789Ee").find(*end) !=
               std::string_view::npos) {
      ++end;
    }
    return Span(start, end);
  }
  // A string of `size` bytes starts that far back, unless it has escapes.
  SourceSpan String(size_t size) {
    const char* start = cursor_.next - size - 2;
    const bool plain = start >= last_end_ && *start == '"' &&
                       (start == text_.data() || start[-1] != '\\');
    if (!plain) start = TokenStart();
    return Span(start, cursor_.next);
  }

  std::string_view text_;
  Cursor& cursor_;
  const char* last_end_;
  ProfileReader& reader_;
  bool failed_ = false;
};

}  // namespace

JsonEnd ReadJson(std::string_view text, SourceSpan part,
                 ProfileReader& reader) {
  const char* const first = text.data() + part.offset;
  Cursor cursor{first, first + part.length};
  Sax sax(text, cursor, reader);
  const bool complete =
      nlohmann::json::sax_parse(CursorIterator(&cursor), CursorIterator(), &sax,
                                nlohmann::json::input_format_t::json,
                                /*strict=*/true, /*ignore_comments=*/false);
  return sax.End(complete);
}

}  // namespace scbpf
