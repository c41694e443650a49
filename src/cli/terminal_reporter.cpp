#include "cli/terminal_reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "os/terminal.h"

namespace lpm::cli {
namespace {

constexpr std::int64_t kRedrawNanoseconds = 50'000'000;  // 20 times a second

std::string live_text(const report::InstallProgress& progress) {
  std::string text = fmt::format("{} resolved", progress.resolved);
  if (progress.to_fetch > 0)
    text += fmt::format(" · {}/{} fetched", progress.fetched, progress.to_fetch);
  if (progress.bytes_received > 0)
    text += fmt::format(" · {}", human_bytes(progress.bytes_received));
  if (!progress.stalled_url.empty())
    text += fmt::format(" · waiting {} s for {}", progress.stalled_ms / 1000, progress.stalled_url);
  return text;
}

}  // namespace

TerminalReporter::~TerminalReporter() {
  clear_live_line();
}

void TerminalReporter::print_line(const std::string& text) {
  clear_locked();
  std::fputs((text + "\n").c_str(), stderr);
}

void TerminalReporter::clear_locked() {
  if (!line_shown_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  line_shown_ = false;
}

void TerminalReporter::clear_live_line() {
  const std::lock_guard lock(mutex_);
  clear_locked();
}

void TerminalReporter::note(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (options_.verbosity != Verbosity::Silent) print_line(std::string(text));
}

void TerminalReporter::warning(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (std::find(warnings_.begin(), warnings_.end(), text) != warnings_.end()) return;
  warnings_.emplace_back(text);
  if (options_.verbosity == Verbosity::Silent) return;
  const bool colour = options_.colour == Colour::On;
  print_line(
      fmt::format("{}warning{}: {}", colour ? "\x1b[1;33m" : "", colour ? "\x1b[0m" : "", text));
}

void TerminalReporter::detail(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (options_.verbosity == Verbosity::Verbose) print_line(std::string(text));
}

void TerminalReporter::progress(const report::InstallProgress& progress) {
  if (options_.verbosity == Verbosity::Silent) return;
  if (!options_.live && progress.stalled_url.empty()) return;
  const std::lock_guard lock(mutex_);
  if (!options_.live) {
    if (stalls_told_.insert(progress.stalled_url).second)
      print_line(fmt::format("still waiting for {} ({} s)", progress.stalled_url,
                             progress.stalled_ms / 1000));
    return;
  }
  const std::int64_t now = monotonic_now();
  if (now - last_draw_ns_ < kRedrawNanoseconds) return;
  last_draw_ns_ = now;
  std::string text = live_text(progress);
  const auto columns =
      static_cast<std::size_t>(std::max(20, os::terminal_columns(os::Stream::Error)));
  if (text.size() >= columns) text.resize(columns - 1);
  std::fputs(("\r\x1b[K" + text).c_str(), stderr);
  std::fflush(stderr);
  line_shown_ = true;
}

void TerminalReporter::phase_finished(const report::PhaseTiming& timing) {
  if (!options_.perf) return;
  const std::lock_guard lock(mutex_);
  std::string line =
      fmt::format("perf.{} wall_ms={:.3f}", timing.name, static_cast<double>(timing.wall_ns) / 1e6);
  if (timing.sum_ns > 0)
    line += fmt::format(" sum_ms={:.3f}", static_cast<double>(timing.sum_ns) / 1e6);
  print_line(line);
}

std::vector<std::string> TerminalReporter::warnings() const {
  const std::lock_guard lock(mutex_);
  return warnings_;
}

}  // namespace lpm::cli
