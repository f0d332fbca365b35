// What the system said, as a status.
#ifndef SCBPF_RUNTIME_SYSTEM_ERROR_H_
#define SCBPF_RUNTIME_SYSTEM_ERROR_H_

#include <cstring>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace scbpf {

// Unavailable: "what: No such file or directory".
inline absl::Status SystemUnavailable(std::string_view what, int error) {
  char text[128];
  return absl::UnavailableError(absl::StrCat(
      std::string(what), ": ", strerror_r(error, text, sizeof text)));
}

}  // namespace scbpf

#endif  // SCBPF_RUNTIME_SYSTEM_ERROR_H_
