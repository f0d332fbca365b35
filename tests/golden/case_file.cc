// Reads and writes golden cases.
#include "tests/golden/case_file.h"

#include <cstdlib>
#include <sstream>

namespace scbpf::golden {
namespace {

void AddSection(std::string& text, const std::string& header,
                const std::string& body) {
  text += "== " + header + "\n" + body;
}

}  // namespace

Case ReadCase(const std::string& text, std::string& error) {
  Case golden;
  std::string* body = &golden.about;
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    if (line.compare(0, 3, "== ") != 0) {
      *body += line + "\n";
      continue;
    }
    const std::string header = line.substr(3);
    if (header.compare(0, 5, "file ") == 0) {
      golden.files.emplace_back(header.substr(5), "");
      body = &golden.files.back().second;
    } else if (header == "run") {
      golden.steps.emplace_back();
      body = &golden.steps.back().script;
    } else if (golden.steps.empty()) {
      error = "\"" + line + "\" before the first run";
      return golden;
    } else if (header == "stdout") {
      body = &golden.steps.back().expected.out;
    } else if (header == "stderr") {
      body = &golden.steps.back().expected.err;
    } else if (header.compare(0, 7, "status ") == 0) {
      golden.steps.back().expected.status = std::atoi(header.c_str() + 7);
    } else {
      error = "unknown section \"" + line + "\"";
      return golden;
    }
  }
  if (golden.steps.empty()) error = "no run";
  return golden;
}

std::string WriteCase(const Case& golden) {
  std::string text = golden.about;
  for (const auto& [name, body] : golden.files) {
    AddSection(text, "file " + name, body);
  }
  for (const Step& step : golden.steps) {
    AddSection(text, "run", step.script);
    const Outcome& expected = step.expected;
    if (!expected.out.empty()) AddSection(text, "stdout", expected.out);
    if (!expected.err.empty()) AddSection(text, "stderr", expected.err);
    if (expected.status != 0) {
      AddSection(text, "status " + std::to_string(expected.status), "");
    }
  }
  return text;
}

}  // namespace scbpf::golden
