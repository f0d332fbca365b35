// Runs a command under a profile: usage: scbpf_run_under PROFILE CMD ARG...
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "scbpf/compile.h"
#include "scbpf/install.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::ifstream file(argv[1]);
  const std::string text(std::istreambuf_iterator<char>(file), {});

  scbpf::CompileOptions options;  // x86_64, Linux 6.1
  options.target.capabilities = scbpf::DockerCapabilities();
  scbpf::Diagnostics findings;
  const auto compiled = scbpf::Compile(text, options, findings);
  scbpf::DiagnosticStyle style;
  style.file = argv[1];
  std::fputs(scbpf::FormatDiagnostics(text, findings, style).c_str(), stderr);
  if (!compiled.ok()) return 1;  // else the filter is proved

  if (!scbpf::SetNoNewPrivs().ok()) return 1;
  if (const auto done = scbpf::Install(compiled->filter); !done.ok()) {
    std::fprintf(stderr, "%s\n", done.status().ToString().c_str());
    return 1;
  }
  execvp(argv[2], argv + 2);
  std::perror(argv[2]);
  return 127;
}
