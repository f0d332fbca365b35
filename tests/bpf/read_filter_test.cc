// Filters as bytes: both byte orders, base64, and what other files are told.
#include "bpf/read_filter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bpf/instruction.h"

namespace scbpf {
namespace {

using op::JumpIf;
using op::Load;
using op::Return;

const Program& Example() {
  static const Program program = {Load(4), JumpIf(op::kJeqK, 0xfbfbfbfb, 1, 0),
                                  Return(0x00fb0000), Return(0x7fff0000)};
  return program;
}

std::string Bytes(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes.push_back(static_cast<char>(value));
  return bytes;
}

TEST(EncodeRaw, BothByteOrders) {
  const Program program = {{0x0115, 0x02, 0x03, 0xc000003e}};
  EXPECT_EQ(EncodeRaw(program),
            Bytes({0x15, 0x01, 0x02, 0x03, 0x3e, 0x00, 0x00, 0xc0}));
  EXPECT_EQ(EncodeRaw(program, true),
            Bytes({0x01, 0x15, 0x02, 0x03, 0xc0, 0x00, 0x00, 0x3e}));
}

TEST(EncodeBase64, IsStandardAndPadded) {
  EXPECT_EQ(EncodeBase64(Program{Return(0xfbff7fff)}), "BgAAAP9///s=");
  EXPECT_EQ(EncodeBase64(Program{Return(0x00fb0000)}), "BgAAAAAA+wA=");
  EXPECT_EQ(EncodeBase64(Program{Return(0x7fff0000)}), "BgAAAAAA/38=");
}

TEST(ReadFilter, ReadsWhatIsWritten) {
  const std::string base64 = EncodeBase64(Example());
  std::string url;
  std::string broken;
  for (const char c : base64) {
    url += c == '+' ? '-' : c == '/' ? '_' : c;
    broken += c;
    if (broken.size() % 8 == 0) broken += "\r\n ";
  }
  ASSERT_NE(url.find('-'), std::string::npos);
  ASSERT_NE(url.find('_'), std::string::npos);
  const std::string unpadded = base64.substr(0, base64.find('='));
  ASSERT_NE(unpadded, base64);
  for (const std::string& text : {EncodeRaw(Example()), base64, url, broken,
                                  unpadded, base64 + "\n", "\t" + base64}) {
    const absl::StatusOr<Program> program = ReadFilter(text);
    ASSERT_EQ(program.status(), absl::OkStatus()) << text;
    EXPECT_EQ(*program, Example()) << text;
  }
}

TEST(ReadFilter, TakesTheKernelsGreatestLength) {
  const Program program(4096, Return(0));
  const absl::StatusOr<Program> read = ReadFilter(EncodeRaw(program));
  ASSERT_EQ(read.status(), absl::OkStatus());
  EXPECT_EQ(*read, program);
}

TEST(ReadFilter, SaysWhatOtherBytesAre) {
  struct Row {
    std::string bytes;
    std::string message;
  };
  const std::string raw = EncodeRaw(Example());
  const std::string neither = "text that is neither base64 nor JSON";
  const std::string big_endian =
      "a filter in big-endian byte order, which no ABI here has: another "
      "machine's";
  const Program refused = {Load(64), Return(0)};
  const std::string why =
      "the kernel refuses this filter: instruction 0: load at 64, past the 64 "
      "bytes of seccomp_data";
  const std::vector<Row> rows = {
      {"", "the file is empty"},
      {" \r\n\t", "the file is empty"},
      {Bytes({0x7f, 'E', 'L', 'F', 2, 1, 1, 0}),
       "an ELF file, not a filter; `scbpf dump` shows the filters of a "
       "program that runs"},
      {"\x1f\x8b\x08", "gzip data; unpack it first"},
      {"\xff\xfe{", "UTF-16 text; save it as UTF-8"},
      {"\xfe\xff", "UTF-16 text; save it as UTF-8"},
      {" null\n", "JSON, not a filter"},
      {"42", "JSON, not a filter"},
      {"{\"defaultAction\": 1}", "JSON, not a filter"},
      {"\n  [", "JSON, not a filter"},
      {"\xef\xbb\xbf{}", "JSON, not a filter"},
      {raw.substr(0, 31), "a filter of 31 bytes: not a multiple of 8"},
      {"aGVsbG8=", "base64 of 5 bytes: not a multiple of 8"},
      {"dead beef", "hexadecimal of 4 bytes: not a multiple of 8"},
      {"0020000000000004\n000600007fff0000", big_endian},
      {EncodeRaw(Program(4097, Return(0))),
       "a filter of 4097 instructions: the kernel takes 4096 at most"},
      {EncodeRaw(Example(), true), big_endian},
      {EncodeRaw(refused), why},
      {EncodeBase64(refused), why},
      {"profile: docker", neither},
      {"BgAAAAAA/38", ""},
      {"\xef\xbb\xbf"
       "BgAAAAAA/38",
       ""},
      {"BgAAAAAA/38==", neither},
      {"BgAAAAAA/38===", neither},
      {"BgAA=AAA/38=", neither},
      {"BgAAAAAA/38=A", neither},
      {"BgAAA", neither},
      {"====", neither},
      {"Bg\xc3\xa4=", neither},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(std::string(ReadFilter(row.bytes).status().message()),
              row.message)
        << row.bytes.substr(0, 40);
  }
}

TEST(SniffFile, LooksAtTheContent) {
  struct Row {
    std::string bytes;
    FileKind kind;
  };
  const std::vector<Row> rows = {
      {"", FileKind::kOther},
      {"  \n", FileKind::kOther},
      {" {\"a\": 1}", FileKind::kJson},
      {"[", FileKind::kJson},
      {"{\"scbpf\": 1", FileKind::kJsonFilter},
      {"\n{\"filters\": [{\"a\": {}}], \"scbpf\" : 1}", FileKind::kJsonFilter},
      {"{\"a\\\"\": 1, \"scbpf\":", FileKind::kJsonFilter},
      {"{\"a\": {\"scbpf\": 1}}", FileKind::kJson},
      {"{\"a\": \"scbpf\"}", FileKind::kJson},
      {"{\"defaultAction\": 1, \"scbpf\": 1}", FileKind::kJsonFilter},
      {"{} {\"scbpf\": 1}", FileKind::kJson},
      {"[\"scbpf\"]", FileKind::kJson},
      {"0600000000000000\n", FileKind::kHexFilter},
      {"deadbeef", FileKind::kOther},
      {"\xef\xbb\xbf{}", FileKind::kJson},
      {EncodeRaw(Example()), FileKind::kRawFilter},
      {EncodeRaw(Example(), true), FileKind::kRawFilter},
      {EncodeRaw(Example()).substr(1), FileKind::kOther},
      {EncodeBase64(Example()), FileKind::kBase64Filter},
      {EncodeBase64(Example()) + "\n", FileKind::kBase64Filter},
      {"aGVsbG8=", FileKind::kOther},
      {"\xef\xbb\xbf" + EncodeBase64(Example()), FileKind::kBase64Filter},
      {"read write", FileKind::kText},
      {"read: 1", FileKind::kText},
      {"// {}", FileKind::kText},
      {"\"a\"", FileKind::kText},
      {"null", FileKind::kJson},
      {" 42\n", FileKind::kJson},
      {Bytes({0x7f, 'E', 'L', 'F', 2, 1, 1, 0}), FileKind::kOther},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(SniffFile(row.bytes), row.kind) << row.bytes.substr(0, 40);
  }
}

}  // namespace
}  // namespace scbpf
