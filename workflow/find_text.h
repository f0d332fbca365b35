// Looking for words in long text.
#ifndef SCBPF_WORKFLOW_FIND_TEXT_H_
#define SCBPF_WORKFLOW_FIND_TEXT_H_

#include <string.h>  // memmem

#include <cstddef>
#include <string_view>

namespace scbpf {

// text.find(words), several times as fast where `words` begin with a letter
// that is frequent: most lines of most logs are only looked through.
inline size_t FindText(std::string_view text, std::string_view words) {
  const void* const found =
      memmem(text.data(), text.size(), words.data(), words.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_FIND_TEXT_H_
