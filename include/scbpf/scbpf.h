/* scbpf for C: from a profile's text to an installed filter (libscbpf.so).
 *
 * Functions may be called from several threads at once; an object may be read
 * by several threads, and changed or freed by one that has it for itself. There
 * is no global state. Nothing is printed, and nothing ends the process.
 *
 * A function that returns scbpf_status gives the caller, where it fails and
 * `error` is not NULL, an error in *error, to be freed; otherwise *error is
 * NULL. Every ..._free takes NULL. */
#ifndef SCBPF_SCBPF_H_
#define SCBPF_SCBPF_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sock_filter; /* linux/filter.h */

typedef struct scbpf_target scbpf_target; /* what a profile is compiled for */
typedef struct scbpf_filter scbpf_filter; /* instructions and flags */
typedef struct scbpf_error scbpf_error;   /* a text, and its place */

typedef enum scbpf_status {
  SCBPF_OK = 0,
  SCBPF_INVALID = 1,     /* a wrong profile, filter or argument */
  SCBPF_TOO_LONG = 2,    /* more than 4096 instructions are needed */
  SCBPF_UNDECIDED = 3,   /* the proof's budget, or a limit of the kernel */
  SCBPF_DENIED = 4,      /* a privilege is missing */
  SCBPF_REFUSED = 5,     /* the kernel refused for another reason */
  SCBPF_UNSUPPORTED = 6, /* this kernel cannot do it */
  SCBPF_NO_MEMORY = 7,
  SCBPF_BUG = 8 /* scbpf itself is wrong */
} scbpf_status;

/* "0.1.0"; of the library, not of this header. */
const char *scbpf_version(void);

/* A target: the native ABI ("x86_64", "amd64", "SCMP_ARCH_X86_64", ...),
 * kernel 6.1, and Docker's default capabilities. NULL: scbpf has no table for
 * that ABI, or no memory. */
scbpf_target *scbpf_target_new(const char *native_abi);
void scbpf_target_free(scbpf_target *target);

/* The kernel that includes/excludes rows are decided for. */
scbpf_status scbpf_target_set_kernel(scbpf_target *target, int major,
                                     int minor);
/* Exactly these capabilities ("CAP_CHOWN"). */
scbpf_status scbpf_target_set_capabilities(scbpf_target *target,
                                           const char *const *names,
                                           size_t count);
/* Exactly these ABIs, instead of the profile's list and the native one. */
scbpf_status scbpf_target_set_abis(scbpf_target *target,
                                   const char *const *names, size_t count);

/* Compiles `length` bytes of JSON and proves the filter equal to them. */
scbpf_status scbpf_compile(const char *json, size_t length,
                           const scbpf_target *target, scbpf_filter **filter,
                           scbpf_error **error);

/* Reads a filter that was compiled before: the bytes of sock_filter[], or
 * base64 or hexadecimal of them. It has the flag SPEC_ALLOW. */
scbpf_status scbpf_load(const void *bytes, size_t length, scbpf_filter **filter,
                        scbpf_error **error);
void scbpf_filter_free(scbpf_filter *filter);

/* The instructions, as long as the filter lives. */
const struct sock_filter *scbpf_filter_instructions(const scbpf_filter *filter,
                                                    size_t *count);
/* SECCOMP_FILTER_FLAG_* bits. */
uint32_t scbpf_filter_flags(const scbpf_filter *filter);
void scbpf_filter_set_flags(scbpf_filter *filter, uint32_t flags);

/* Whether seccomp(2) would take the instructions. */
scbpf_status scbpf_check(const struct sock_filter *instructions, size_t count,
                         scbpf_error **error);

/* Sets no_new_privs for the calling thread and all it starts, for good. */
scbpf_status scbpf_set_no_new_privs(scbpf_error **error);

/* Installs the filter on the calling thread, for good. With
 * SECCOMP_FILTER_FLAG_NEW_LISTENER, *listener becomes its descriptor
 * (close-on-exec), otherwise -1; `listener` may be NULL without the flag. */
scbpf_status scbpf_install(const scbpf_filter *filter, int *listener,
                           scbpf_error **error);

/* One or more lines, each finding of a profile with its place. */
const char *scbpf_error_text(const scbpf_error *error);
/* The first error's place in the JSON text, from 1; 0: it has none. */
int scbpf_error_line(const scbpf_error *error);
int scbpf_error_column(const scbpf_error *error);
void scbpf_error_free(scbpf_error *error);

#ifdef __cplusplus
}
#endif

#endif /* SCBPF_SCBPF_H_ */
