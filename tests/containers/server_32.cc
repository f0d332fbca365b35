// The examples' HTTP server as an x86 program, without any library: what a
// 32-bit program in a container calls. Its sockets go through socketcall(2),
// as an old C library's do.
//
//   server_32 PORT    answers one request on 127.0.0.1:PORT and ends
//
// The number of socketcall, 102, is getuid on x86_64.
namespace {

constexpr long kExit = 1;
constexpr long kRead = 3;
constexpr long kWrite = 4;
constexpr long kSocketcall = 102;
constexpr long kSocket = 1;
constexpr long kBind = 2;
constexpr long kListen = 4;
constexpr long kAccept = 5;
constexpr long kSetsockopt = 14;

long Call(long nr, long first, long second, long third) {
  long result;
  asm volatile("int $0x80"
               : "=a"(result)
               : "a"(nr), "b"(first), "c"(second), "d"(third)
               : "memory");
  return result;
}

long Socketcall(long which, long a, long b, long c, long d = 0, long e = 0) {
  const long arguments[] = {a, b, c, d, e};
  return Call(kSocketcall, which, reinterpret_cast<long>(arguments), 0);
}

unsigned ParsePort(const char* text) {
  unsigned port = 0;
  for (; *text >= '0' && *text <= '9'; ++text) port = port * 10 + (*text - '0');
  return port;
}

int Serve(unsigned port) {
  const long listener = Socketcall(kSocket, 2, 1, 0);
  if (listener < 0) return 1;
  const int on = 1;
  Socketcall(kSetsockopt, listener, 1, 2, reinterpret_cast<long>(&on),
             sizeof on);
  const unsigned char address[16] = {2,
                                     0,
                                     static_cast<unsigned char>(port >> 8),
                                     static_cast<unsigned char>(port),
                                     127,
                                     0,
                                     0,
                                     1};
  if (Socketcall(kBind, listener, reinterpret_cast<long>(address),
                 sizeof address) != 0) {
    return 2;
  }
  if (Socketcall(kListen, listener, 16, 0) != 0) return 3;
  const long connection = Socketcall(kAccept, listener, 0, 0);
  if (connection < 0) return 4;
  char request[2048];
  if (Call(kRead, connection, reinterpret_cast<long>(request),
           sizeof request) <= 0) {
    return 5;
  }
  static const char kAnswer[] =
      "HTTP/1.1 200 OK\r\nContent-Length: 19\r\nConnection: close\r\n\r\n"
      "hello from 32 bits\n";
  const long size = sizeof kAnswer - 1;
  return Call(kWrite, connection, reinterpret_cast<long>(kAnswer), size) == size
             ? 0
             : 6;
}

}  // namespace

// At its start esp points to argc, argv[0], argv[1], ...
extern "C" [[noreturn]] void Main(const char** stack) {
  const long argc = reinterpret_cast<long>(stack[0]);
  Call(kExit, argc > 1 ? Serve(ParsePort(stack[2])) : 64, 0, 0);
  __builtin_unreachable();
}

asm(".globl _start\n_start:\n  mov %esp, %eax\n  push %eax\n  call Main\n");
