// A tiny static HTTP server that needs no system call beyond those of
// fine-grained.json: something to run under a profile and to ask for an answer.
//
//   scbpf_http_server PORT [--requests N]
//
// PORT 0 takes a free port. Prints "listening on 127.0.0.1:PORT", answers every
// GET with a short text, one connection after the other, and ends after N
// requests if N is given. Status 0, 1 when a system call failed, 2 for a wrong
// command line.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace {

constexpr size_t kLongestRequest = 8192;
constexpr int kSecondsForARequest = 5;

void WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

int Fail(const char* what) {
  WriteAll(2, std::string("scbpf_http_server: ") + what + ": " +
                  strerror(errno) + "\n");
  return 1;
}

std::optional<unsigned long> ParseNumber(std::string_view text) {
  unsigned long value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// The head of a request, or what came of it before the peer or the time ended.
std::string ReadRequest(int connection) {
  std::string request;
  char buffer[1024];
  while (request.size() < kLongestRequest &&
         request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = recv(connection, buffer, sizeof buffer, 0);
    if (got <= 0) break;
    request.append(buffer, static_cast<size_t>(got));
  }
  return request;
}

std::string Answer(std::string_view request) {
  const bool complete = request.find("\r\n\r\n") != std::string_view::npos;
  const char* status = "200 OK";
  std::string body = "hello from scbpf_http_server\n";
  if (!complete) {
    status = "400 Bad Request";
    body = "not an HTTP request\n";
  } else if (request.substr(0, 4) != "GET ") {
    status = "405 Method Not Allowed";
    body = "only GET is answered\n";
  }
  return std::string("HTTP/1.1 ") + status +
         "\r\nContent-Type: text/plain\r\nAllow: GET\r\nConnection: close"
         "\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

void Serve(int connection) {
  const timeval limit = {kSecondsForARequest, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const std::string answer = Answer(ReadRequest(connection));
  // Not write(2): a peer that is gone must not end the server by SIGPIPE.
  std::string_view rest = answer;
  while (!rest.empty()) {
    const ssize_t sent =
        send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    rest.remove_prefix(static_cast<size_t>(sent));
  }
}

// Listens on 127.0.0.1 and says where; serves `requests` (nullopt: all).
int Run(uint16_t port, std::optional<unsigned long> requests) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return Fail("socket");
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (bind(listener, generic, size) != 0) return Fail("bind");
  if (listen(listener, 16) != 0) return Fail("listen");
  if (getsockname(listener, generic, &size) != 0) return Fail("getsockname");
  WriteAll(1, "listening on 127.0.0.1:" +
                  std::to_string(ntohs(address.sin_port)) + "\n");

  for (unsigned long served = 0; !requests || served < *requests;) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) {
      if (errno != EINTR && errno != ECONNABORTED) return Fail("accept4");
      continue;
    }
    Serve(connection);
    close(connection);
    ++served;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto port = argc > 1 ? ParseNumber(argv[1]) : std::nullopt;
  std::optional<unsigned long> requests;
  const bool limited = argc == 4 && std::string_view(argv[2]) == "--requests";
  if (limited) requests = ParseNumber(argv[3]);
  if (!port || *port > 65535 || (argc != 2 && !limited) ||
      (limited && !requests)) {
    WriteAll(2, "usage: scbpf_http_server PORT [--requests N]\n");
    return 2;
  }
  return Run(static_cast<uint16_t>(*port), requests);
}
