// Filters as a C header.
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bpf/disassemble.h"
#include "bpf/filter_flags.h"
#include "bpf/formats.h"

namespace scbpf {
namespace {

// Static objects that a file may leave unused.
constexpr char kHead[] = R"(/* A seccomp filter, made by scbpf.
 *
 * prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
 * syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, %1$s_filter_flags,
 *         &%1$s_fprog);
 */
#ifndef %2$s
#define %2$s

#include <linux/filter.h>

#ifdef __GNUC__
#define %2$s_UNUSED __attribute__((unused))
#else
#define %2$s_UNUSED
#endif
)";

std::string FormatOne(const Filter& filter, const std::string& name,
                      const std::string& guard) {
  std::string text = absl::StrFormat(
      "\nstatic const struct sock_filter %s_filter[%d] %s_UNUSED = {\n", name,
      filter.program.size(), guard);
  const std::vector<std::string> told = DescribeInstructions(filter.program);
  for (size_t pc = 0; pc < told.size(); ++pc) {
    const Instruction& in = filter.program[pc];
    absl::StrAppendFormat(&text,
                          "    {0x%02x, %3d, %3d, 0x%08xu}, /* %04d: %s */\n",
                          in.code, in.jt, in.jf, in.k, pc, told[pc]);
  }
  std::string flags;
  for (const std::string_view flag : FlagNames(filter.flags)) {
    absl::StrAppend(&flags, flags.empty() ? "" : " | ", std::string(flag));
  }
  absl::StrAppendFormat(&text, "};\n\n/* %s */\n",
                        flags.empty() ? "no flag" : flags);
  absl::StrAppendFormat(&text, "enum { %s_filter_flags = 0x%x };\n\n", name,
                        filter.flags);
  absl::StrAppendFormat(
      &text, "static const struct sock_fprog %s_fprog %s_UNUSED = {\n", name,
      guard);
  absl::StrAppendFormat(&text, "    %d, (struct sock_filter *)%s_filter};\n",
                        filter.program.size(), name);
  return text;
}

}  // namespace

std::string CIdentifier(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  const size_t dot = path.rfind('.');
  if (dot != std::string_view::npos && dot > 0) path = path.substr(0, dot);
  std::string name;
  for (const char c : path) name += absl::ascii_isalnum(c) ? c : '_';
  // No name that C keeps for itself.
  if (name.empty() || !absl::ascii_isalpha(name[0])) name = "seccomp" + name;
  return name;
}

std::string FormatC(std::span<const Filter> filters, std::string_view name) {
  const std::string prefix(name);
  const std::string guard =
      absl::StrCat("SCBPF_", absl::AsciiStrToUpper(prefix), "_H");
  const bool several = filters.size() > 1;
  std::string text =
      absl::StrFormat(kHead, several ? prefix + "_0" : prefix, guard);
  for (size_t i = 0; i < filters.size(); ++i) {
    text += FormatOne(filters[i],
                      several ? absl::StrCat(prefix, "_", i) : prefix, guard);
  }
  return text + "\n#endif\n";
}

}  // namespace scbpf
