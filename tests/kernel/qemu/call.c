/* One system call by the ABI this program is built for (-m64, -m32, -mx32),
 * without a C library: `call NR ARGUMENT...`, each in hexadecimal. Its status
 * is 0 if the call succeeded, else the errno (of which 8 bits are told). */

typedef unsigned long long Word;

#if defined(__i386__)
enum { kExit = 1 };
static long Enter(Word nr, const Word *a) {
  long result = (long)nr;
  __asm__ volatile("int $0x80"
                   : "+a"(result)
                   : "b"((long)a[0]), "c"((long)a[1]), "d"((long)a[2]),
                     "S"((long)a[3]), "D"((long)a[4])
                   : "memory");
  return result;
}
__asm__(".globl _start\n_start: mov %esp, %eax\n push %eax\n call Run\n");
#else
#if defined(__ILP32__)
enum { kExit = 0x40000000 | 60 };
#else
enum { kExit = 60 };
#endif
static Word Enter(Word nr, const Word *a) {
  Word result = nr;
  register Word a3 __asm__("r10") = a[3];
  register Word a4 __asm__("r8") = a[4];
  __asm__ volatile("syscall"
                   : "+a"(result)
                   : "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(a3), "r"(a4)
                   : "rcx", "r11", "memory");
  return result;
}
__asm__(".globl _start\n_start: mov %rsp, %rdi\n call Run\n");
#endif

static Word Number(const char *text) {
  Word number = 0;
  for (; *text != '\0'; ++text) {
    number =
        number * 16 + (Word)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
  }
  return number;
}

/* As the kernel leaves them: the number of words, then each word's address.
 * A long is as wide as such an address on each of the three ABIs. */
void Run(const unsigned long *stack) {
  const unsigned long count = stack[0];
  Word words[6] = {0};
  long result;
  for (unsigned long i = 1; i < count && i <= 6; ++i) {
    words[i - 1] = Number((const char *)stack[1 + i]);
  }
  result = (long)Enter(words[0], words + 1);
  for (;;) {
    const Word status[5] = {result < 0 && result > -4096 ? (Word)-result : 0};
    Enter(kExit, status);
  }
}
