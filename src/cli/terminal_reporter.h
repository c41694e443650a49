// TerminalReporter: notes and warnings on stderr, and on a terminal one live line with counts and
// bytes.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "cli/render_error.h"
#include "report/reporter.h"

namespace lpm::cli {

enum class Verbosity : std::uint8_t { Silent, Normal, Verbose };

struct ReporterOptions {
  Verbosity verbosity = Verbosity::Normal;
  Colour colour = Colour::Off;
  bool live = false;  // stderr is a terminal and progress is on
  bool perf = false;  // LPM_LOG=perf: one line per phase
};

class TerminalReporter final : public report::Reporter {
 public:
  explicit TerminalReporter(ReporterOptions options) : options_(options) {}
  ~TerminalReporter() override;

  void note(std::string_view text) override;
  void warning(std::string_view text) override;
  void detail(std::string_view text) override;
  void progress(const report::InstallProgress& progress) override;
  void phase_finished(const report::PhaseTiming& timing) override;

  // Every warning said so far, for the JSON document.
  std::vector<std::string> warnings() const;
  void clear_live_line();

 private:
  void print_line(const std::string& text);
  void clear_locked();

  const ReporterOptions options_;
  mutable std::mutex mutex_;
  std::vector<std::string> warnings_;
  std::int64_t last_draw_ns_ = 0;
  bool line_shown_ = false;
  std::set<std::string> stalls_told_;
};

}  // namespace lpm::cli
