#include "support/terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace lpm::support {
namespace {

// Everything but what the driver itself changes.
bool same_modes(const termios& a, const termios& b) {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag &&
         a.c_lflag == b.c_lflag;
}

}  // namespace

Terminal::Terminal(int columns) {
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = 25;
  if (openpty(&own_end_, &child_end_, nullptr, nullptr, &size) != 0) std::abort();
  fcntl(own_end_, F_SETFD, FD_CLOEXEC);
  fcntl(child_end_, F_SETFD, FD_CLOEXEC);
  tcgetattr(own_end_, &before_);
  reader_ = std::thread([this] {
    std::array<char, 4096> buffer;
    for (ssize_t count = 0; (count = ::read(own_end_, buffer.data(), buffer.size())) > 0;) {
      const std::lock_guard lock(mutex_);
      output_.append(buffer.data(), static_cast<std::size_t>(count));
    }
  });
}

Terminal::~Terminal() {
  all_output();
  ::close(own_end_);
}

void Terminal::close_child_end() {
  if (child_end_ >= 0) ::close(child_end_);
  child_end_ = -1;
}

void Terminal::type(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = write(own_end_, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string Terminal::output() const {
  const std::lock_guard lock(mutex_);
  return output_;
}

std::string Terminal::all_output() {
  close_child_end();
  if (reader_.joinable()) reader_.join();
  return output();
}

bool Terminal::is_as_before() const {
  termios now{};
  return tcgetattr(own_end_, &now) == 0 && same_modes(now, before_);
}

}  // namespace lpm::support
