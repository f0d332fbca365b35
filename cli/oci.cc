// scbpf oci: filters for OCI bundles.
#include <sys/stat.h>

#include <optional>
#include <utility>

#include "cli/compile_input.h"
#include "cli/exit_status.h"
#include "cli/json_text.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/target_options.h"
#include "cli/verbs.h"
#include "cli/write_output.h"
#include "compiler/json_tree.h"
#include "scbpf/filter.h"
#include "scbpf/prove.h"

namespace scbpf::cli {
namespace {

// crun loads the filter that stands there, in base64, instead of
// linux.seccomp, whose flags it keeps.
constexpr char kAnnotation[] = "run.oci.seccomp_bpf_data";

struct OciCommand {
  Talk talk;
  TargetOptions target;
  ProofBudget budget;
  Output output;
  bool to_file = false;
};

// A config.json, and where in it an annotation stands or belongs.
struct Bundle {
  Input config;
  uint32_t root = 0;  // the offset of its bracket
  bool root_empty = false;
  std::optional<uint32_t> annotations{};  // the same, of that object
  bool annotations_empty = false;
  std::optional<SourceSpan> no_annotations{};  // "annotations": null
  std::optional<SourceSpan> annotation{};      // the value
  std::string data{};                          // what it says
};

const JsonNode* Member(const JsonTree& tree, const JsonNode& object,
                       const char* name) {
  for (const JsonNode* node : tree.Children(object)) {
    if (node->key == name) return node;
  }
  return nullptr;
}

bool IsObject(const JsonNode* node) {
  return node != nullptr && node->shape == Shape::kObject;
}

// An error at a place of the config.
absl::Status TellWrong(Talk& talk, const Bundle& bundle, SourceSpan at,
                       const std::string& text) {
  const Input& config = bundle.config;
  Tell(talk, config.name, config.text,
       {{Severity::kError, "not-a-config", at, text}}, /*strict=*/false);
  return absl::InvalidArgumentError(config.name + ": 1 error");
}

absl::Status FindAnnotation(Talk& talk, const JsonTree& tree,
                            const JsonNode& annotations, Bundle& bundle) {
  const bool scalar = annotations.shape == Shape::kAny;
  if (scalar && annotations.kind == JsonKind::kNull) {
    bundle.no_annotations = annotations.at;
    return absl::OkStatus();
  }
  if (!IsObject(&annotations)) {
    return TellWrong(talk, bundle, annotations.at,
                     "\"annotations\" is no object");
  }
  bundle.annotations = annotations.at.offset;
  bundle.annotations_empty = tree.Children(annotations).empty();
  const JsonNode* annotation = Member(tree, annotations, kAnnotation);
  if (annotation == nullptr) return absl::OkStatus();
  if (annotation->shape != Shape::kString) {
    return TellWrong(talk, bundle, annotation->at,
                     std::string("\"") + kAnnotation + "\" is no string");
  }
  bundle.annotation = annotation->at;
  bundle.data = annotation->string;
  return absl::OkStatus();
}

// Finds the places; the compiler tells what is wrong with linux.seccomp.
absl::Status FindPlaces(Talk& talk, const JsonTree& tree, Bundle& bundle) {
  const JsonNode* root = tree.root();
  if (!IsObject(root) || Member(tree, *root, "linux") == nullptr) {
    return TellWrong(talk, bundle, {root->at.offset, 1},
                     "this is no config.json of a bundle: it has no \"linux\"");
  }
  bundle.root = root->at.offset;
  bundle.root_empty = tree.Children(*root).empty();
  const JsonNode* annotations = Member(tree, *root, "annotations");
  if (annotations == nullptr) return absl::OkStatus();
  return FindAnnotation(talk, tree, *annotations, bundle);
}

absl::StatusOr<Bundle> ReadConfig(Talk& talk, Input config) {
  Bundle bundle;
  bundle.config = std::move(config);
  JsonTree tree;
  const JsonEnd end = ReadJson(bundle.config.text, tree);
  // Of a syntax error the compiler will tell more.
  if (end.how == JsonEnd::How::kSyntaxError) return bundle;
  if (end.how == JsonEnd::How::kStoppedByReader) {
    return absl::InvalidArgumentError(bundle.config.name +
                                      ": too large for a config.json");
  }
  const absl::Status status = FindPlaces(talk, tree, bundle);
  if (!status.ok()) return status;
  return bundle;
}

absl::StatusOr<Bundle> ReadConfig(Talk& talk, const std::string& path) {
  absl::StatusOr<Input> config = ReadProfileInput(path);
  if (!config.ok()) return config.status();
  return ReadConfig(talk, *std::move(config));
}

std::string ConfigOf(const std::string& bundle) {
  struct stat about {};
  const bool folder =
      stat(bundle.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
  if (!folder) return bundle;
  return bundle + (bundle.back() == '/' ? "" : "/") + "config.json";
}

// The blanks before the first member of the object at `bracket`.
std::string Indentation(const std::string& text, uint32_t bracket) {
  const size_t end = text.find_first_not_of(" \t\r\n", bracket + 1);
  return text.substr(bracket + 1, end - bracket - 1);
}

// The config with the annotation; every other byte as it was.
std::string Annotate(const Bundle& bundle, const std::string& base64) {
  std::string text = bundle.config.text;
  const std::string value = JsonString(base64);
  if (bundle.annotation.has_value()) {
    text.replace(bundle.annotation->offset, bundle.annotation->length, value);
    return text;
  }
  const std::string member = JsonString(kAnnotation) + ": " + value;
  if (const auto& null = bundle.no_annotations) {
    text.replace(null->offset, null->length, "{" + member + "}");
    return text;
  }
  const uint32_t at = bundle.annotations.value_or(bundle.root);
  const bool empty = bundle.annotations.has_value() ? bundle.annotations_empty
                                                    : bundle.root_empty;
  std::string inserted = empty ? "" : Indentation(text, at);
  inserted += bundle.annotations.has_value()
                  ? member
                  : "\"annotations\": {" + member + "}";
  if (!empty) inserted += ",";
  text.insert(at + 1, inserted);
  return text;
}

absl::StatusOr<Compilation> CompileConfig(OciCommand& command,
                                          const Bundle& bundle) {
  absl::StatusOr<CompileOptions> options = MakeCompileOptions(command.target);
  if (!options.ok()) return options.status();
  options->budget = command.budget;
  Diagnostics findings;
  auto compilation =
      CompileInput(command.talk, bundle.config, *options, findings);
  if (compilation.ok()) {
    Say(command.talk,
        Summarize(bundle.config, *compilation, findings, command.target));
  }
  return compilation;
}

int RunAnnotate(OciCommand& command, const std::string& path) {
  const std::string config = ConfigOf(path);
  const absl::StatusOr<Bundle> bundle = ReadConfig(command.talk, config);
  if (!bundle.ok()) return Fail(command.talk, bundle.status());
  const auto compilation = CompileConfig(command, *bundle);
  if (!compilation.ok()) return Fail(command.talk, compilation.status());
  if (!command.to_file) command.output.path = config;
  const absl::Status status = WriteOutput(
      command.output,
      Annotate(*bundle, EncodeBase64(compilation->filter.program)), false);
  return status.ok() ? kDone : Fail(command.talk, status);
}

// Where the state of a container says that its bundle lies.
absl::StatusOr<std::string> BundleOfState(const Input& state) {
  JsonTree tree;
  if (ReadJson(state.text, tree).how != JsonEnd::How::kComplete ||
      !IsObject(tree.root())) {
    return std::string();
  }
  const JsonNode* bundle = Member(tree, *tree.root(), "bundle");
  // What listenerPath's agents get has the state in it.
  const JsonNode* inner = Member(tree, *tree.root(), "state");
  if (bundle == nullptr && IsObject(inner)) {
    bundle = Member(tree, *inner, "bundle");
  }
  if (bundle == nullptr || bundle->shape != Shape::kString) {
    return std::string();
  }
  if (bundle->string.empty()) {
    return absl::InvalidArgumentError(state.name + ": \"bundle\" is empty");
  }
  return bundle->string;
}

// What crun loads, beside what linux.seccomp compiles to.
absl::StatusOr<std::string> ShowAnnotation(const Bundle& bundle,
                                           const Program& compiled,
                                           const ProofBudget& budget) {
  const absl::StatusOr<Program> program = ReadFilter(bundle.data);
  if (!program.ok()) {
    return absl::InvalidArgumentError(bundle.config.name + ": " + kAnnotation +
                                      ": " +
                                      std::string(program.status().message()));
  }
  const auto call =
      FindDifference(Side::Of(*program), Side::Of(compiled), budget);
  if (!call.ok()) return call.status();
  return std::string("# crun loads the annotation ") + kAnnotation +
         (call->has_value() ? ", which is NOT what linux.seccomp says\n"
                            : ", which is equal to linux.seccomp\n") +
         Disassemble(*program);
}

// `path`: a bundle, its config.json or the state of its container.
absl::StatusOr<Bundle> FindBundle(Talk& talk, const std::string& path) {
  const std::string config = ConfigOf(path);
  if (config != path) return ReadConfig(talk, config);
  absl::StatusOr<Input> input = ReadProfileInput(path);
  if (!input.ok()) return input.status();
  const absl::StatusOr<std::string> found = BundleOfState(*input);
  if (!found.ok()) return found.status();
  if (!found->empty()) return ReadConfig(talk, ConfigOf(*found));
  return ReadConfig(talk, *std::move(input));
}

int RunShow(OciCommand& command, const std::string& path) {
  const absl::StatusOr<Bundle> bundle = FindBundle(command.talk, path);
  if (!bundle.ok()) return Fail(command.talk, bundle.status());
  const auto compilation = CompileConfig(command, *bundle);
  if (!compilation.ok()) return Fail(command.talk, compilation.status());
  const Program& program = compilation->filter.program;
  std::string text;
  if (bundle->annotation.has_value()) {
    const auto annotation = ShowAnnotation(*bundle, program, command.budget);
    if (!annotation.ok()) return Fail(command.talk, annotation.status());
    text = *annotation + "\n";
  }
  text += "# linux.seccomp\n" + Disassemble(program);
  const absl::Status status = WriteText(text);
  return status.ok() ? kDone : Fail(command.talk, status);
}

}  // namespace

int RunOci(const Arguments& arguments) {
  OciCommand command;
  CommandLine line;
  line.verb = "oci";
  line.words_usage = "annotate BUNDLE | show BUNDLE|CONTAINER-STATE [options]";
  line.summary = "put a compiled filter into a bundle, or show what it loads";
  line.examples =
      "  scbpf oci annotate bundle              # changes its config.json\n"
      "  scbpf oci annotate bundle -o new.json\n"
      "  scbpf oci show bundle\n"
      "  crun state NAME | scbpf oci show -\n";
  line.notes =
      "annotate compiles linux.seccomp and writes the filter beside it, as\n"
      "crun's annotation run.oci.seccomp_bpf_data; no other byte changes.\n"
      "BUNDLE is a directory with a config.json, or such a file.\n";
  line.least_words = line.most_words = 2;
  line.options.push_back({"-o,--output", "FILE",
                          "where annotate writes (default: the bundle's "
                          "config.json)",
                          [&command](const std::string& path) {
                            command.output.path = path;
                            command.to_file = true;
                            return absl::OkStatus();
                          }});
  AddBudgetOption(line, command.budget);
  AddTargetOptions(line, command.target);
  AddTalkOptions(line, command.talk);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;
  const std::string& what = line.words[0];
  if (what == "annotate") return RunAnnotate(command, line.words[1]);
  if (what == "show") return RunShow(command, line.words[1]);
  return Fail(command.talk, absl::InvalidArgumentError(
                                WithNearest("unknown action \"" + what + "\"",
                                            what, {"annotate", "show"})));
}

}  // namespace scbpf::cli
