#include "cli/terminal_reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "base/printable.h"
#include "base/text.h"
#include "os/terminal.h"

namespace lpm::cli {
namespace {

constexpr std::int64_t kRedrawNanoseconds = 50'000'000;  // 20 times a second

// A stall comes first: the end of the line may not fit.
std::string live_text(const report::InstallProgress& progress) {
  std::string text;
  if (!progress.stalled_url.empty())
    text = fmt::format("waiting {} s for {} · ", progress.stalled_ms / 1000, progress.stalled_url);
  text += fmt::format("{} resolved", progress.resolved);
  if (progress.to_fetch > 0)
    text += fmt::format(" · {}/{} fetched", progress.fetched, progress.to_fetch);
  if (progress.bytes_received > 0)
    text += fmt::format(" · {}", human_bytes(progress.bytes_received));
  return text;
}

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

// The first characters of UTF-8 text, each one column wide.
std::string cut_to_columns(std::string text, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (begins_character(text[at]) && seen++ == columns) {
      text.resize(at);
      break;
    }
  }
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
  if (options_.verbosity != Verbosity::Silent) print_line(printable_lines(text));
}

void TerminalReporter::warning(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (std::find(warnings_.begin(), warnings_.end(), text) != warnings_.end()) return;
  warnings_.emplace_back(text);
  if (options_.verbosity == Verbosity::Silent) return;
  const bool colour = options_.colour == Colour::On;
  print_line(fmt::format("{}warning{}: {}", colour ? "\x1b[1;33m" : "", colour ? "\x1b[0m" : "",
                         printable_lines(text)));
}

void TerminalReporter::detail(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (options_.verbosity == Verbosity::Verbose) print_line(printable_lines(text));
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
  // One column less than there are: some terminals break the line behind the last one.
  const int columns = std::max(20, os::terminal_columns(os::Stream::Error)) - 1;
  const std::string text = cut_to_columns(live_text(progress), static_cast<std::size_t>(columns));
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
