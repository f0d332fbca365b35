// Small pieces of text that several rooms write alike.
#ifndef SCBPF_BPF_TEXT_H_
#define SCBPF_BPF_TEXT_H_

#include <cstdint>
#include <string>

namespace scbpf {

// "0x2a", without leading zeros.
std::string Hex(uint64_t value);

// "1 rule", "2 rules".
std::string Count(uint64_t count, const char* noun);

}  // namespace scbpf

#endif  // SCBPF_BPF_TEXT_H_
