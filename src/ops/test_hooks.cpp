#include "ops/test_hooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/text.h"
#include "os/process.h"

namespace lpm::ops {

bool test_mode() {
#ifdef NDEBUG
  constexpr const char* kDefault = "0";
#else
  constexpr const char* kDefault = "1";
#endif
  static const bool on = os::environment_variable("LPM_TEST_MODE").value_or(kDefault) == "1";
  return on;
}

Status run_test_hook(std::string_view point) {
  if (!test_mode()) return {};
  const std::optional<std::string> wish = os::environment_variable("LPM_TEST_PANIC_AT");
  if (!wish || !wish->starts_with(point)) return {};
  const std::string_view rest = std::string_view(*wish).substr(point.size());
  if (rest.empty() || rest == ":error")
    return Error(ErrorCode::INTERNAL, fmt::format("test hook `{}` asked for a failure", point));
  if (rest == ":throw") throw std::runtime_error(fmt::format("thrown by test hook `{}`", point));
  if (rest == ":interrupt") {
    std::raise(SIGINT);
    return {};
  }
  std::fprintf(stderr, "error: test hook `%.*s` ends the process\n", static_cast<int>(point.size()),
               point.data());
  if (rest == ":abort") std::abort();
  if (rest == ":segv") std::raise(SIGSEGV);
  return {};
}

std::size_t test_workers() {
  if (!test_mode()) return 0;
  const std::optional<std::string> wish = os::environment_variable("LPM_TEST_WORKERS");
  const auto count = wish ? parse_decimal(*wish) : std::nullopt;
  return count ? static_cast<std::size_t>(std::min<std::uint64_t>(*count, 64)) : 0;
}

}  // namespace lpm::ops
