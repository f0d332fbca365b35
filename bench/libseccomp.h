// libseccomp beside scbpf, where it is installed.
#ifndef SCBPF_BENCH_LIBSECCOMP_H_
#define SCBPF_BENCH_LIBSECCOMP_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/resolved.h"
#include "scbpf/program.h"

namespace scbpf::bench {

// Rules as a runtime hands them to libseccomp: names already numbers.
class LibseccompRules {
 public:
  explicit LibseccompRules(const Resolved& resolved);
  ~LibseccompRules();

  // libseccomp's filter: from seccomp_init to the exported bytes. Empty: it
  // refused them.
  Program Compile(int level) const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

// "2.5.4".
std::string LibseccompVersion();

}  // namespace scbpf::bench

#endif  // SCBPF_BENCH_LIBSECCOMP_H_
