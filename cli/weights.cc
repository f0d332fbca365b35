// Reads frequency files with nlohmann's SAX interface.
#include "cli/weights.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "arch/abi.h"
#include "cli/read_input.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf::cli {
namespace {

// Takes an object of counts, or of such objects.
class CountsReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit CountsReader(Weights& weights) : weights_(weights) {}
  const std::string& error() const { return error_; }

  bool null() override { return Refuse("null"); }
  bool boolean(bool) override { return Refuse("a boolean"); }
  bool string(string_t&) override { return Refuse("a string"); }
  bool binary(binary_t&) override { return Refuse("binary data"); }
  bool start_array(std::size_t) override { return Refuse("an array"); }
  bool end_array() override { return true; }
  bool number_integer(number_integer_t value) override {
    return Put(static_cast<double>(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Put(static_cast<double>(value));
  }
  bool number_float(number_float_t value, const string_t&) override {
    return Put(value);
  }

  bool start_object(std::size_t) override {
    ++depth_;
    if (depth_ == 1) return true;
    if (depth_ > 2) return Refuse("an object");
    const Abi* abi = FindAbi(key_);
    if (abi == nullptr) {
      error_ = "\"" + key_ + "\" is no ABI, and holds an object";
      return false;
    }
    abi_ = std::string(abi->id);
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool key(string_t& name) override {
    key_ = name;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    error_ = "no JSON at byte " + std::to_string(position);
    return false;
  }

 private:
  bool Refuse(const std::string& what) {
    error_ = "\"" + key_ + "\" is " + what + ", not a count";
    if (depth_ == 0) error_ = "the document is " + what + ", not an object";
    return false;
  }

  bool Put(double count) {
    if (depth_ == 0) return Refuse("a number");
    if (count < 0) return Refuse("negative");
    if (!IsSyscallName(key_)) {
      error_ = "\"" + key_ + "\" is no syscall";
      const std::string_view nearest = NearestName(key_, AllSyscallNames());
      if (!nearest.empty()) {
        error_ += "; did you mean \"" + std::string(nearest) + "\"?";
      }
      return false;
    }
    (depth_ == 2 ? weights_.per_abi[abi_] : weights_.counts)[key_] += count;
    return true;
  }

  Weights& weights_;
  std::string error_;
  std::string key_;
  std::string abi_;
  int depth_ = 0;
};

}  // namespace

absl::StatusOr<Weights> ReadWeights(const std::string& word) {
  Weights weights;
  if (word == "default") return weights;
  if (word == "uniform" || word == "bitmap") {
    weights.kind =
        word == "uniform" ? Weights::Kind::kUniform : Weights::Kind::kBitmap;
    return weights;
  }
  absl::StatusOr<std::string> text = ReadWhole(word);
  if (!text.ok()) return text.status();
  weights.kind = Weights::Kind::kMeasured;
  CountsReader reader(weights);
  if (!nlohmann::json::sax_parse(*text, &reader)) {
    return absl::InvalidArgumentError("--weights " + NameOfInput(word) + ": " +
                                      reader.error());
  }
  return weights;
}

}  // namespace scbpf::cli
