// What a log is packed with is seen from its first bytes.
#include "cli/read_log.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <vector>

#include "cli/read_input.h"
#include "cli/report.h"

namespace scbpf::cli {
namespace {

constexpr size_t kPiece = size_t{1} << 18;
constexpr std::string_view kGzip = "\x1f\x8b";

struct OtherPacking {
  std::string_view magic;
  const char* what;
};

constexpr std::array<OtherPacking, 4> kOthers = {{
    {"LPKSHHRH",
     "a journal's own file; `journalctl --file FILE -o json | scbpf learn -` "
     "reads it"},
    {"\xfd"
     "7zXZ",
     "packed with xz; `xzcat FILE | scbpf learn -` reads it"},
    {"\x28\xb5\x2f\xfd",
     "packed with zstd; `zstdcat FILE | scbpf learn -` "
     "reads it"},
    {"BZh", "packed with bzip2; `bzcat FILE | scbpf learn -` reads it"},
}};

// The unpacked bytes of one or several gzip members.
class Unpacker {
 public:
  explicit Unpacker(const std::function<void(std::string_view)>& take)
      : take_(take), out_(kPiece) {}
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;
  ~Unpacker() {
    if (started_) inflateEnd(&stream_);
  }

  // False: this is not gzip.
  bool Feed(std::string_view bytes) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (!started_ && inflateInit2(&stream_, kGzipOnly) != Z_OK) return false;
    started_ = true;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (stream_.avail_in > 0) {
      if (at_end_ && inflateReset(&stream_) != Z_OK) return false;
      at_end_ = false;
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      take_({out_.data(), out_.size() - stream_.avail_out});
      // Zeros after the last member pad a tape's or a copy's blocks.
      if (result == Z_STREAM_END)
        at_end_ = true;
      else if (result != Z_OK)
        return result == Z_BUF_ERROR;
    }
    return true;
  }

  bool at_end() const { return at_end_; }

 private:
  const std::function<void(std::string_view)>& take_;
  std::vector<char> out_;
  z_stream stream_{};
  bool started_ = false;
  bool at_end_ = false;
};

// As many bytes as there are up to the buffer's size, or the errno negated.
ssize_t ReadFull(int fd, std::vector<char>& buffer, size_t least) {
  size_t have = 0;
  while (have < least) {
    const ssize_t got = read(fd, buffer.data() + have, buffer.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -errno;
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  return static_cast<ssize_t>(have);
}

absl::Status ReadDescriptor(int fd, const std::string& name,
                            const std::function<void(std::string_view)>& take) {
  const auto wrong = [&](const std::string& what) {
    return absl::InvalidArgumentError(name + ": " + what);
  };
  std::vector<char> buffer(kPiece);
  Unpacker unpacker(take);
  bool is_first = true;
  bool is_gzip = false;
  while (true) {
    const ssize_t got = ReadFull(fd, buffer, is_first ? 8 : 1);
    if (got < 0) return SystemError(name, static_cast<int>(-got));
    const std::string_view piece(buffer.data(), static_cast<size_t>(got));
    if (is_first) {
      for (const OtherPacking& other : kOthers) {
        if (piece.substr(0, other.magic.size()) == other.magic) {
          return wrong(other.what);
        }
      }
      is_gzip = piece.substr(0, kGzip.size()) == kGzip;
    }
    is_first = false;
    if (piece.empty()) break;
    if (!is_gzip) {
      take(piece);
    } else if (!unpacker.Feed(piece)) {
      return wrong("damaged gzip");
    }
  }
  if (is_gzip && !unpacker.at_end()) return wrong("gzip that ends too early");
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadLog(const std::string& path,
                     const std::function<void(std::string_view)>& take) {
  if (path == "-") {
    const absl::Status status = TakeStdin();
    if (!status.ok()) return status;
    return ReadDescriptor(STDIN_FILENO, "<stdin>", take);
  }
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return SystemError(path, errno);
  const absl::Status status = ReadDescriptor(fd, path, take);
  close(fd);
  return status;
}

}  // namespace scbpf::cli
