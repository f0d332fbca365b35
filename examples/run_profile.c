/* Runs a command under a profile: scbpf from C.
 *
 *   run_profile PROFILE COMMAND [ARGUMENT...]
 *
 * Status 125 when the profile cannot be compiled or its filter installed, 127
 * when the command cannot be started. */
#include <stdio.h>
#include <unistd.h>

#include "scbpf/scbpf.h"

/* The text of `path` in `into`; its length, or 0. */
static size_t read_file(const char *path, char *into, size_t room) {
  FILE *file = fopen(path, "rb");
  size_t length = file == NULL ? 0 : fread(into, 1, room, file);
  if (file != NULL) fclose(file);
  return length < room ? length : 0;
}

/* Says what is wrong, with its place in the profile, and frees it. */
static int fail(const char *path, scbpf_error *error) {
  fprintf(stderr, "%s: %s\n", path,
          error == NULL ? "no memory" : scbpf_error_text(error));
  scbpf_error_free(error);
  return 125;
}

int main(int argc, char **argv) {
  static char json[1 << 20];
  scbpf_error *error = NULL;
  scbpf_filter *filter = NULL;
  scbpf_target *target = scbpf_target_new("x86_64");
  size_t length;
  if (argc < 3) {
    fputs("usage: run_profile PROFILE COMMAND [ARGUMENT...]\n", stderr);
    return 125;
  }
  length = read_file(argv[1], json, sizeof json);
  if (target == NULL ||
      scbpf_compile(json, length, target, &filter, &error) != SCBPF_OK) {
    return fail(argv[1], error);
  }
  scbpf_target_free(target);

  if (scbpf_set_no_new_privs(&error) != SCBPF_OK ||
      scbpf_install(filter, NULL, &error) != SCBPF_OK) {
    return fail(argv[1], error);
  }
  scbpf_filter_free(filter);
  execvp(argv[2], argv + 2);
  perror(argv[2]);
  return 127;
}
