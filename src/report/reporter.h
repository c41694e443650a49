// Reporter: how the layers below the command line tell what happens. The command line renders it: a
// live line on a terminal, plain lines elsewhere, one JSON document with --json. Implementations
// are thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lpm::report {

// Counts of a running install; every field only grows.
struct InstallProgress {
  std::uint64_t resolved = 0;  // packages decided
  std::uint64_t to_fetch = 0;  // packages that the store lacks
  std::uint64_t fetched = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t linked = 0;
  std::string stalled_url;  // a request without a byte for some seconds; "" when none
  std::int64_t stalled_ms = 0;
};

// Wall time of one phase and, for work summed over parallel tasks, the sum.
struct PhaseTiming {
  std::string_view name;  // "resolve", "fetch", "link"; static text
  std::int64_t wall_ns = 0;
  std::int64_t sum_ns = 0;  // 0: not parallel work
};

class Reporter {
 public:
  virtual ~Reporter() = default;

  virtual void note(std::string_view text) = 0;  // plain information, stderr
  virtual void warning(
      std::string_view text) = 0;  // actionable, said once, stderr and the JSON document
  virtual void detail(std::string_view text) = 0;  // shown with --verbose only
  virtual void progress(const InstallProgress& progress) = 0;
  virtual void phase_finished(const PhaseTiming& timing) = 0;
};

// Swallows everything; for tests and for callers that only want the result.
class NullReporter final : public Reporter {
 public:
  void note(std::string_view) override {}
  void warning(std::string_view) override {}
  void detail(std::string_view) override {}
  void progress(const InstallProgress&) override {}
  void phase_finished(const PhaseTiming&) override {}
};

}  // namespace lpm::report
