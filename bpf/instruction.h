// The instructions of classic BPF that seccomp knows: the one place where
// opcodes are put together (source: linux/bpf_common.h, linux/filter.h).
#ifndef SCBPF_BPF_INSTRUCTION_H_
#define SCBPF_BPF_INSTRUCTION_H_

#include <cstdint>

#include "scbpf/program.h"

namespace scbpf::op {

// Classes, sizes, modes, operations and sources, as the kernel has them.
enum : uint16_t {
  kLd = 0x00,
  kLdx = 0x01,
  kSt = 0x02,
  kStx = 0x03,
  kAlu = 0x04,
  kJmp = 0x05,
  kRet = 0x06,
  kMisc = 0x07,
  kW = 0x00,
  kH = 0x08,
  kB = 0x10,
  kImm = 0x00,
  kAbs = 0x20,
  kInd = 0x40,
  kMem = 0x60,
  kLen = 0x80,
  kMsh = 0xa0,
  kAdd = 0x00,
  kSub = 0x10,
  kMul = 0x20,
  kDiv = 0x30,
  kOr = 0x40,
  kAnd = 0x50,
  kLsh = 0x60,
  kRsh = 0x70,
  kNeg = 0x80,
  kMod = 0x90,
  kXor = 0xa0,
  kJa = 0x00,
  kJeq = 0x10,
  kJgt = 0x20,
  kJge = 0x30,
  kJset = 0x40,
  kK = 0x00,
  kX = 0x08,
  kA = 0x10,
  kTax = 0x00,
  kTxa = 0x80,
};

// Whole opcodes.
enum : uint16_t {
  kLdAbs = kLd | kW | kAbs,
  kLdLen = kLd | kW | kLen,
  kLdImm = kLd | kImm,
  kLdMem = kLd | kMem,
  kLdxLen = kLdx | kW | kLen,
  kLdxImm = kLdx | kImm,
  kLdxMem = kLdx | kMem,
  kJaK = kJmp | kJa,
  kJeqK = kJmp | kJeq | kK,
  kJgtK = kJmp | kJgt | kK,
  kJgeK = kJmp | kJge | kK,
  kJsetK = kJmp | kJset | kK,
  kAndK = kAlu | kAnd | kK,
  kRetK = kRet | kK,
  kRetA = kRet | kA,
  kTaxAll = kMisc | kTax,
  kTxaAll = kMisc | kTxa,
};

constexpr uint16_t Class(uint16_t code) { return code & 0x07; }
constexpr uint16_t Operation(uint16_t code) { return code & 0xf0; }
constexpr uint16_t Source(uint16_t code) { return code & 0x08; }
// A jump that goes by jt and jf.
constexpr bool IsConditional(uint16_t code) {
  return Class(code) == kJmp && Operation(code) != kJa;
}

// Whether the instruction looks at its k; LEN and what takes X or A does not.
constexpr bool ReadsK(uint16_t code) {
  switch (Class(code)) {
    case kLd:
    case kLdx:
      return code != kLdLen && code != kLdxLen;
    case kAlu:
      return Operation(code) != kNeg && Source(code) == kK;
    case kJmp:
      return Operation(code) == kJa || Source(code) == kK;
    case kRet:
      return code == kRetK;
    case kMisc:
      return false;
    default:
      return true;
  }
}
// The instruction with the fields zeroed that it does not look at.
constexpr Instruction WithoutUnused(const Instruction& in) {
  const bool jumps = IsConditional(in.code);
  return {in.code, jumps ? in.jt : uint8_t{0}, jumps ? in.jf : uint8_t{0},
          ReadsK(in.code) ? in.k : 0};
}

// Offsets into struct seccomp_data of a little-endian ABI.
inline constexpr uint32_t kNrOffset = 0;
inline constexpr uint32_t kArchOffset = 4;
inline constexpr uint32_t kIpOffset = 8;
inline constexpr uint32_t kArgsOffset = 16;
inline constexpr uint32_t kDataSize = 64;
inline constexpr uint32_t kMemWords = 16;

constexpr Instruction Load(uint32_t offset) { return {kLdAbs, 0, 0, offset}; }
constexpr Instruction And(uint32_t k) { return {kAndK, 0, 0, k}; }
constexpr Instruction Jump(uint32_t k) { return {kJaK, 0, 0, k}; }
constexpr Instruction JumpIf(uint16_t code, uint32_t k, uint8_t jt,
                             uint8_t jf) {
  return {code, jt, jf, k};
}
constexpr Instruction Return(uint32_t raw) { return {kRetK, 0, 0, raw}; }

}  // namespace scbpf::op

#endif  // SCBPF_BPF_INSTRUCTION_H_
