// Points at which tests make the process fail (CONTRACTS B.3):
// LPM_TEST_PANIC_AT=<point>[:error|throw|abort|segv|interrupt], honoured only with LPM_TEST_MODE=1,
// which is the default of a debug build.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace lpm::ops {

bool test_mode();
// INTERNAL naming the point for `error`, an exception for `throw`, a SIGINT for `interrupt`; does
// not return for `abort` and `segv`; ok otherwise.
Status run_test_hook(std::string_view point);
// LPM_TEST_WORKERS in test mode, at most 64: how many threads work on disk. 0: as many as cores.
std::size_t test_workers();

}  // namespace lpm::ops
