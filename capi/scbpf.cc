// The C API: scbpf's values behind pointers, its statuses as numbers.
#include "scbpf/scbpf.h"

#include <linux/filter.h>

#include <algorithm>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "arch/abi.h"
#include "scbpf/compile.h"
#include "scbpf/diagnostic.h"
#include "scbpf/filter.h"
#include "scbpf/install.h"
#include "scbpf/target.h"

struct scbpf_target {
  scbpf::Target value;
};

struct scbpf_filter {
  scbpf::Filter value;
};

struct scbpf_error {
  std::string text;
  int line = 0;
  int column = 0;
};

namespace {

using scbpf::Instruction;

static_assert(sizeof(Instruction) == sizeof(sock_filter));

scbpf_status StatusOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return SCBPF_OK;
    case absl::StatusCode::kInvalidArgument:
      return SCBPF_INVALID;
    case absl::StatusCode::kOutOfRange:
      return SCBPF_TOO_LONG;
    case absl::StatusCode::kResourceExhausted:
      return SCBPF_UNDECIDED;
    case absl::StatusCode::kPermissionDenied:
      return SCBPF_DENIED;
    case absl::StatusCode::kFailedPrecondition:
      return SCBPF_REFUSED;
    case absl::StatusCode::kUnimplemented:
      return SCBPF_UNSUPPORTED;
    default:
      return SCBPF_BUG;
  }
}

scbpf_status Give(scbpf_error** error, const absl::Status& status) {
  if (error != nullptr && !status.ok()) {
    *error = new scbpf_error{std::string(status.message())};
  }
  return StatusOf(status);
}

// The findings of a profile, or what else kept it from being compiled.
scbpf_status Give(scbpf_error** error, const absl::Status& status,
                  std::string_view text, const scbpf::Diagnostics& findings) {
  if (error == nullptr || scbpf::CountErrors(findings) == 0) {
    return Give(error, status);
  }
  scbpf::DiagnosticStyle style;
  style.file = "profile";
  const auto first = std::min_element(
      findings.begin(), findings.end(), [](const auto& a, const auto& b) {
        return std::pair(a.severity, a.at.offset) <
               std::pair(b.severity, b.at.offset);
      });
  const scbpf::Location place = scbpf::Locate(text, first->at.offset);
  *error = new scbpf_error{FormatDiagnostics(text, findings, style), place.line,
                           place.column};
  return StatusOf(status);
}

// Runs `body`, which returns a status; the only thing it throws is bad_alloc.
template <typename Body>
scbpf_status Guard(scbpf_error** error, Body body) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return SCBPF_NO_MEMORY;
  }
}

const scbpf::Abi* AbiWithTable(const char* name) {
  const scbpf::Abi* abi = name == nullptr ? nullptr : scbpf::FindAbi(name);
  return abi != nullptr && abi->has_table ? abi : nullptr;
}

}  // namespace

extern "C" {

const char* scbpf_version(void) { return SCBPF_VERSION; }

scbpf_target* scbpf_target_new(const char* native_abi) {
  const scbpf::Abi* abi = AbiWithTable(native_abi);
  if (abi == nullptr) return nullptr;
  scbpf_target* target = nullptr;
  Guard(nullptr, [&] {
    scbpf::Target value;
    value.native = std::string(abi->id);
    value.capabilities = scbpf::DockerCapabilities();
    target = new scbpf_target{std::move(value)};
    return SCBPF_OK;
  });
  return target;
}

void scbpf_target_free(scbpf_target* target) { delete target; }

scbpf_status scbpf_target_set_kernel(scbpf_target* target, int major,
                                     int minor) {
  if (major < 1 || minor < 0) return SCBPF_INVALID;
  target->value.kernel = {major, minor};
  return SCBPF_OK;
}

scbpf_status scbpf_target_set_capabilities(scbpf_target* target,
                                           const char* const* names,
                                           size_t count) {
  return Guard(nullptr, [&] {
    target->value.capabilities = {names, names + count};
    return SCBPF_OK;
  });
}

scbpf_status scbpf_target_set_abis(scbpf_target* target,
                                   const char* const* names, size_t count) {
  return Guard(nullptr, [&] {
    std::vector<std::string> abis;
    for (size_t i = 0; i < count; ++i) {
      const scbpf::Abi* abi = AbiWithTable(names[i]);
      if (abi == nullptr) return SCBPF_INVALID;
      abis.emplace_back(abi->id);
    }
    if (abis.empty()) return SCBPF_INVALID;
    target->value.abis = std::move(abis);
    return SCBPF_OK;
  });
}

scbpf_status scbpf_compile(const char* json, size_t length,
                           const scbpf_target* target, scbpf_filter** filter,
                           scbpf_error** error) {
  *filter = nullptr;
  return Guard(error, [&] {
    scbpf::CompileOptions options;
    options.target = target->value;
    scbpf::Diagnostics findings;
    const std::string_view text(json, length);
    auto compiled = scbpf::Compile(text, options, findings);
    if (!compiled.ok()) return Give(error, compiled.status(), text, findings);
    *filter = new scbpf_filter{std::move(compiled->filter)};
    return SCBPF_OK;
  });
}

scbpf_status scbpf_load(const void* bytes, size_t length, scbpf_filter** filter,
                        scbpf_error** error) {
  *filter = nullptr;
  return Guard(error, [&] {
    auto program = scbpf::ReadFilter({static_cast<const char*>(bytes), length});
    if (!program.ok()) return Give(error, program.status());
    *filter = new scbpf_filter{{*std::move(program)}};
    return SCBPF_OK;
  });
}

void scbpf_filter_free(scbpf_filter* filter) { delete filter; }

const sock_filter* scbpf_filter_instructions(const scbpf_filter* filter,
                                             size_t* count) {
  if (count != nullptr) *count = filter->value.program.size();
  return reinterpret_cast<const sock_filter*>(filter->value.program.data());
}

uint32_t scbpf_filter_flags(const scbpf_filter* filter) {
  return filter->value.flags;
}

void scbpf_filter_set_flags(scbpf_filter* filter, uint32_t flags) {
  filter->value.flags = flags;
}

scbpf_status scbpf_check(const sock_filter* instructions, size_t count,
                         scbpf_error** error) {
  return Guard(error, [&] {
    return Give(error, scbpf::CheckProgram(
                           {reinterpret_cast<const Instruction*>(instructions),
                            count}));
  });
}

scbpf_status scbpf_set_no_new_privs(scbpf_error** error) {
  return Guard(error, [&] { return Give(error, scbpf::SetNoNewPrivs()); });
}

scbpf_status scbpf_install(const scbpf_filter* filter, int* listener,
                           scbpf_error** error) {
  return Guard(error, [&] {
    const bool listens = (filter->value.flags & scbpf::kFlagNewListener) != 0;
    if (listens && listener == nullptr) {
      return Give(error, absl::InvalidArgumentError(
                             "NEW_LISTENER: nowhere to put the listener"));
    }
    const absl::StatusOr<int> installed = scbpf::Install(filter->value);
    if (!installed.ok()) return Give(error, installed.status());
    if (listener != nullptr) *listener = *installed;
    return SCBPF_OK;
  });
}

const char* scbpf_error_text(const scbpf_error* error) {
  return error->text.c_str();
}

int scbpf_error_line(const scbpf_error* error) { return error->line; }

int scbpf_error_column(const scbpf_error* error) { return error->column; }

void scbpf_error_free(scbpf_error* error) { delete error; }

}  // extern "C"
