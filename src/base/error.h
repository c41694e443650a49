// Error: what went wrong, as a person and a program need to read it (docs/errors.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lpm {

enum class ErrorCode : std::uint16_t {
#define LPM_ERROR(name, status, area, meaning) name,
#include "base/error_codes.def"
#undef LPM_ERROR
};

struct ErrorCodeInfo {
  std::string_view name;  // with the LPM_ prefix: "LPM_NO_MATCHING_VERSION"
  int exit_status;
  std::string_view area;
  std::string_view meaning;
};

const ErrorCodeInfo& info(ErrorCode code);

// All rows of error_codes.def in order; for docs and tests.
const std::vector<ErrorCode>& all_error_codes();

// One labelled line below the headline: {"published", "1.3.0 (newest), 1.2.0"}.
struct Fact {
  std::string label;
  std::string text;
};

// A value that says what failed. Frames are added where meaning is added, not at every return.
// Texts follow docs/style.md: lower case, values in backticks, no final period, never a secret.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::INTERNAL;
  std::string what;         // one line, the user's words
  std::string where;        // file:line:column, path, URL without credentials; may be empty
  std::vector<Fact> facts;  // in display order
  std::vector<std::string> context;  // innermost first: "while importing `a@1.2.0`"
  std::vector<std::string> hints;    // commands to paste or settings to change
  int exit_status = 0;               // 0: the code's own

  Error(ErrorCode error_code, std::string headline) : code(error_code), what(std::move(headline)) {}

  Error&& at(std::string place) && {
    where = std::move(place);
    return std::move(*this);
  }
  Error&& fact(std::string label, std::string text) && {
    facts.push_back({std::move(label), std::move(text)});
    return std::move(*this);
  }
  Error&& hint(std::string text) && {
    hints.push_back(std::move(text));
    return std::move(*this);
  }
  Error&& during(std::string frame) && {
    context.push_back(std::move(frame));
    return std::move(*this);
  }

  int status() const { return exit_status != 0 ? exit_status : info(code).exit_status; }
};

// The error for a failed system call: picks PERMISSION, NO_SPACE or IO from `errno_value`;
// `what` is for example "cannot write `package.json`", the system's reason becomes a fact.
Error system_error(int errno_value, std::string what, std::string where);

}  // namespace lpm
