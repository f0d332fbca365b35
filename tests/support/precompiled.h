// What every test includes, compiled once.
#ifndef SCBPF_TESTS_SUPPORT_PRECOMPILED_H_
#define SCBPF_TESTS_SUPPORT_PRECOMPILED_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#endif  // SCBPF_TESTS_SUPPORT_PRECOMPILED_H_
