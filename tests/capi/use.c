/* The C API from C: every function, what it answers and what it refuses. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scbpf/scbpf.h"

static void Expect(int holds, const char *what, int line) {
  if (holds) return;
  fprintf(stderr, "line %d: not true: %s\n", line, what);
  exit(1);
}
#define EXPECT(holds) Expect((holds), #holds, __LINE__)

static const char kProfile[] =
    "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": "
    "[\"getppid\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 84}]}";
static const char kWrong[] =
    "{\n  \"defaultAction\": \"SCMP_ACT_ALOW\", \"syscalls\": []\n}";

static scbpf_target *Target(void) {
  scbpf_target *target = scbpf_target_new("amd64");
  EXPECT(target != NULL);
  return target;
}

static void Targets(void) {
  scbpf_target *target = Target();
  const char *caps[] = {"CAP_SYS_ADMIN", "CAP_CHOWN"};
  const char *abis[] = {"x86_64", "x86"};
  const char *wrong[] = {"x86_64", "pdp11"};
  EXPECT(scbpf_target_new("pdp11") == NULL);
  EXPECT(scbpf_target_new(NULL) == NULL);
  EXPECT(scbpf_target_set_kernel(target, 5, 10) == SCBPF_OK);
  EXPECT(scbpf_target_set_kernel(target, 0, 1) == SCBPF_INVALID);
  EXPECT(scbpf_target_set_capabilities(target, caps, 2) == SCBPF_OK);
  EXPECT(scbpf_target_set_abis(target, wrong, 2) == SCBPF_INVALID);
  EXPECT(scbpf_target_set_abis(target, abis, 0) == SCBPF_INVALID);
  EXPECT(scbpf_target_set_abis(target, abis, 2) == SCBPF_OK);
  scbpf_target_free(target);
  scbpf_target_free(NULL);
}

/* A target decides: a rule that CAP_SYS_ADMIN brings, more ABIs. */
static size_t LengthFor(scbpf_target *target, const char *profile) {
  scbpf_filter *filter = NULL;
  size_t count = 0;
  EXPECT(scbpf_compile(profile, strlen(profile), target, &filter, NULL) ==
         SCBPF_OK);
  scbpf_filter_instructions(filter, &count);
  scbpf_filter_free(filter);
  return count;
}

static void TargetsDecide(void) {
  static const char kRows[] =
      "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": "
      "[\"mount\"], \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {\"caps\": "
      "[\"CAP_SYS_ADMIN\"], \"minKernel\": \"5.0\"}}]}";
  const char *cap = "CAP_SYS_ADMIN";
  const char *abis[] = {"x86_64", "x86"};
  scbpf_target *target = Target();
  const size_t without = LengthFor(target, kRows);
  size_t with;
  EXPECT(scbpf_target_set_capabilities(target, &cap, 1) == SCBPF_OK);
  with = LengthFor(target, kRows);
  EXPECT(with > without);
  EXPECT(scbpf_target_set_kernel(target, 4, 19) == SCBPF_OK);
  EXPECT(LengthFor(target, kRows) == without);
  EXPECT(scbpf_target_set_kernel(target, 5, 0) == SCBPF_OK);
  EXPECT(LengthFor(target, kRows) == with);
  EXPECT(scbpf_target_set_abis(target, abis, 2) == SCBPF_OK);
  EXPECT(LengthFor(target, kRows) > with);
  scbpf_target_free(target);
}

static void Errors(void) {
  scbpf_target *target = Target();
  scbpf_filter *filter = NULL;
  scbpf_error *error = NULL;
  struct sock_filter no_end = {BPF_LD | BPF_W | BPF_ABS, 0, 0, 0};
  EXPECT(scbpf_compile(kWrong, strlen(kWrong), target, &filter, &error) ==
         SCBPF_INVALID);
  EXPECT(filter == NULL && error != NULL);
  EXPECT(scbpf_error_line(error) == 2 && scbpf_error_column(error) == 20);
  EXPECT(strstr(scbpf_error_text(error), "profile:2:20: error: ") != NULL);
  EXPECT(strstr(scbpf_error_text(error), "SCMP_ACT_ALLOW") != NULL);
  scbpf_error_free(error);
  scbpf_error_free(NULL);
  EXPECT(scbpf_compile(kWrong, strlen(kWrong), target, &filter, NULL) ==
         SCBPF_INVALID);

  EXPECT(scbpf_load("abc", 3, &filter, &error) == SCBPF_INVALID);
  EXPECT(filter == NULL && scbpf_error_line(error) == 0);
  EXPECT(strlen(scbpf_error_text(error)) > 0);
  scbpf_error_free(error);
  EXPECT(scbpf_check(&no_end, 1, &error) == SCBPF_INVALID);
  EXPECT(strstr(scbpf_error_text(error), "not a RET") != NULL);
  scbpf_error_free(error);
  scbpf_filter_free(NULL);
  scbpf_target_free(target);
}

static void Install(const scbpf_filter *filter) {
  scbpf_error *error = NULL;
  int listener = 7;
  if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0,
              &(uint32_t){SECCOMP_RET_ERRNO}) != 0) {
    puts("seccomp(2) cannot be called here: nothing is installed");
    return;
  }
  EXPECT(scbpf_set_no_new_privs(&error) == SCBPF_OK && error == NULL);
  EXPECT(scbpf_install(filter, &listener, &error) == SCBPF_OK);
  EXPECT(listener == -1 && error == NULL);
  EXPECT(syscall(SYS_getppid) == -1);
}

static void CompileLoadAndInstall(void) {
  scbpf_target *target = Target();
  scbpf_filter *filter = NULL;
  scbpf_filter *same = NULL;
  scbpf_error *error = NULL;
  size_t count = 0;
  size_t same_count = 0;
  const struct sock_filter *code;
  EXPECT(scbpf_compile(kProfile, strlen(kProfile), target, &filter, &error) ==
         SCBPF_OK);
  EXPECT(error == NULL);
  code = scbpf_filter_instructions(filter, &count);
  EXPECT(count > 4 && scbpf_check(code, count, NULL) == SCBPF_OK);
  EXPECT(scbpf_load(code, count * sizeof *code, &same, &error) == SCBPF_OK);
  EXPECT(memcmp(code, scbpf_filter_instructions(same, &same_count),
                count * sizeof *code) == 0);
  EXPECT(same_count == count);
  EXPECT(scbpf_filter_flags(same) == SECCOMP_FILTER_FLAG_SPEC_ALLOW);

  scbpf_filter_set_flags(same, SECCOMP_FILTER_FLAG_NEW_LISTENER);
  EXPECT(scbpf_filter_flags(same) == SECCOMP_FILTER_FLAG_NEW_LISTENER);
  EXPECT(scbpf_install(same, NULL, &error) == SCBPF_INVALID);
  scbpf_error_free(error);
  Install(filter);
  scbpf_filter_free(same);
  scbpf_filter_free(filter);
  scbpf_target_free(target);
}

int main(void) {
  EXPECT(strlen(scbpf_version()) >= 5);
  Targets();
  TargetsDecide();
  Errors();
  CompileLoadAndInstall();
  return 0;
}
