// Drives libseccomp as the OCI runtimes do: every entry's names in order, a
// call with all conditions, or one for each where an argument repeats.
#include "bench/libseccomp.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "scbpf/profile.h"

namespace scbpf::bench {
namespace {

scmp_compare OpOf(ProfileOp op) {
  switch (op) {
    case ProfileOp::kEq:
      return SCMP_CMP_EQ;
    case ProfileOp::kNe:
      return SCMP_CMP_NE;
    case ProfileOp::kLt:
      return SCMP_CMP_LT;
    case ProfileOp::kLe:
      return SCMP_CMP_LE;
    case ProfileOp::kGt:
      return SCMP_CMP_GT;
    case ProfileOp::kGe:
      return SCMP_CMP_GE;
    case ProfileOp::kMaskedEq:
      return SCMP_CMP_MASKED_EQ;
  }
  return SCMP_CMP_EQ;
}

scmp_arg_cmp CompareOf(const ProfileArg& arg) {
  const uint64_t two = arg.value_two ? arg.value_two->value : 0;
  return {arg.index.value, OpOf(arg.op.value), arg.value.value, two};
}

bool RepeatsAnArgument(const ProfileEntry& entry) {
  unsigned seen = 0;
  for (const ProfileArg& arg : entry.args) {
    const unsigned bit = 1u << arg.index.value;
    if ((seen & bit) != 0) return true;
    seen |= bit;
  }
  return false;
}

}  // namespace

struct LibseccompRules::Data {
  struct Row {
    uint32_t action = 0;
    int nr = 0;
    std::vector<scmp_arg_cmp> all_of;
  };
  uint32_t default_action = 0;
  std::vector<uint32_t> arches;
  std::vector<Row> rows;
};

LibseccompRules::LibseccompRules(const Resolved& resolved)
    : data_(std::make_unique<Data>()) {
  data_->default_action = resolved.rules.default_action.raw;
  for (const AbiRules& abi : resolved.rules.abis) {
    data_->arches.push_back(
        seccomp_arch_resolve_name(std::string(abi.abi->id).c_str()));
  }
  for (size_t e = 0; e < resolved.profile.syscalls.size(); ++e) {
    if (!resolved.rules.fates[e].kept) continue;
    const ProfileEntry& entry = resolved.profile.syscalls[e];
    const uint32_t action = resolved.rules.fates[e].result.raw;
    std::vector<scmp_arg_cmp> all_of;
    for (const ProfileArg& arg : entry.args) all_of.push_back(CompareOf(arg));
    for (const At<std::string>& name : entry.names) {
      const int nr = seccomp_syscall_resolve_name(name.value.c_str());
      if (nr == __NR_SCMP_ERROR) continue;
      if (!RepeatsAnArgument(entry)) {
        data_->rows.push_back({action, nr, all_of});
        continue;
      }
      for (const scmp_arg_cmp& one : all_of) {
        data_->rows.push_back({action, nr, {one}});
      }
    }
  }
}

LibseccompRules::~LibseccompRules() = default;

Program LibseccompRules::Compile(int level) const {
  scmp_filter_ctx context = seccomp_init(data_->default_action);
  seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, level);
  for (uint32_t arch : data_->arches) seccomp_arch_add(context, arch);
  for (const Data::Row& row : data_->rows) {
    seccomp_rule_add_array(context, row.action, row.nr,
                           static_cast<unsigned>(row.all_of.size()),
                           row.all_of.data());
  }
  Program program;
  const int fd = memfd_create("filter", 0);
  if (fd >= 0 && seccomp_export_bpf(context, fd) == 0) {
    const off_t size = lseek(fd, 0, SEEK_END);
    program.resize(static_cast<size_t>(size) / sizeof(Instruction));
    if (pread(fd, program.data(), static_cast<size_t>(size), 0) != size) {
      program.clear();
    }
  }
  if (fd >= 0) close(fd);
  seccomp_release(context);
  return program;
}

std::string LibseccompVersion() {
  const scmp_version* version = seccomp_version();
  return absl::StrCat(version->major, ".", version->minor, ".", version->micro);
}

}  // namespace scbpf::bench
