#include "base/error.h"

#include <array>
#include <cerrno>
#include <system_error>

namespace lpm {
namespace {

constexpr auto kCodes = std::to_array<ErrorCodeInfo>({
#define LPM_ERROR(name, status, area, meaning) {"LPM_" #name, status, #area, meaning},
#include "base/error_codes.def"
#undef LPM_ERROR
});

ErrorCode code_for_errno(int errno_value) {
  switch (errno_value) {
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::PERMISSION;
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::NO_SPACE;
    default:
      return ErrorCode::IO;
  }
}

}  // namespace

const ErrorCodeInfo& info(ErrorCode code) {
  return kCodes.at(static_cast<std::size_t>(code));
}

const std::vector<ErrorCode>& all_error_codes() {
  static const std::vector<ErrorCode> codes = [] {
    std::vector<ErrorCode> result;
    for (std::size_t i = 0; i < kCodes.size(); ++i) result.push_back(static_cast<ErrorCode>(i));
    return result;
  }();
  return codes;
}

Error system_error(int errno_value, std::string what, std::string where) {
  return Error(code_for_errno(errno_value), std::move(what))
      .at(std::move(where))
      .fact("reason", std::generic_category().message(errno_value));
}

}  // namespace lpm
