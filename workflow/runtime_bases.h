// What container runtimes call under a container's filter before its program
// runs.
#ifndef SCBPF_WORKFLOW_RUNTIME_BASES_H_
#define SCBPF_WORKFLOW_RUNTIME_BASES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace scbpf {

// A call that was made between installing the filter and the program's first
// instruction, and in how many of the recorded starts. Without no_new_privs a
// runtime installs the filter earlier, while it still has its privileges.
struct BaseCall {
  std::string_view name;
  int without_no_new_privs = 0;
  int with_no_new_privs = 0;
};

// A runtime as it was recorded, on x86_64, by run and by exec, as root and as
// a user (tests/containers/record-bases). The calls are its own: what the
// program's loader and C library do is not among them.
struct RuntimeBase {
  std::string_view name;      // "runc"
  std::string_view version;   // "1.1.5"
  std::string_view package;   // Debian's: "1.1.5+ds1-1+deb12u1"
  std::string_view recorded;  // "2026-11-25"
  int starts_without_no_new_privs = 0;
  int starts_with_no_new_privs = 0;
  std::span<const BaseCall> calls;  // by name
};

// Every runtime that was recorded.
std::span<const RuntimeBase> AllRuntimeBases();

// The base of `name`; nullptr: it was not recorded.
const RuntimeBase* FindRuntimeBase(std::string_view name);

// A runtime that makes a call itself, and in which of its starts.
struct RuntimeUse {
  std::string runtime;  // "crun"
  std::string when;  // "in every start without no_new_privs, in none with it"
};

// Those that have the call `name` in their table.
std::vector<RuntimeUse> FindRuntimeUses(std::string_view name);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_RUNTIME_BASES_H_
