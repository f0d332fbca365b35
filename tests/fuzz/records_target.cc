// Bytes of a log -> RecordReader, Learner, findings and a profile that parses.
// The same bytes in pieces must give the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "scbpf/profile.h"
#include "workflow/learn.h"
#include "workflow/learn_findings.h"
#include "workflow/record_reader.h"

namespace {

std::string LearnFrom(std::string_view text, size_t piece) {
  scbpf::LearnOptions options;
  options.narrow_arguments = true;
  scbpf::Learner learner(options);
  scbpf::RecordReader reader({scbpf::FindAbiById("x86_64"), 0},
                             [&](const scbpf::Record& record, uint32_t log) {
                               learner.Add(record, log);
                             });
  while (!text.empty()) {
    reader.Feed(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  }
  reader.EndLog();
  const scbpf::Learned learned = learner.Finish();
  std::string told = scbpf::FormatProfile(learned.profile);
  scbpf::Diagnostics diagnostics;
  if (!scbpf::ParseProfile(told, scbpf::Dialect::kAuto, diagnostics)) {
    std::abort();
  }
  for (const scbpf::LearnFinding& finding :
       scbpf::FindingsOf(options, learned, reader.report(), /*verbose=*/true)) {
    told += finding.id + finding.text;
  }
  return told + std::to_string(learned.counted) + "," +
         std::to_string(learned.copies);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t piece = size == 0 ? 1 : 1 + data[size - 1] % 61;
  if (LearnFrom(text, text.size() + 1) != LearnFrom(text, piece)) std::abort();
  return 0;
}
