#include "os/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "os/process.h"

namespace lpm::os {
namespace {

constexpr int kSignalPollMs = 50;

// False at the end of input and when a stop signal comes first.
bool read_byte(char& byte) {
  for (;;) {
    if (pending_stop_signal() != 0) return false;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, kSignalPollMs) > 0) return ::read(STDIN_FILENO, &byte, 1) == 1;
  }
}

int fd_of(Stream stream) {
  switch (stream) {
    case Stream::Input:
      return STDIN_FILENO;
    case Stream::Output:
      return STDOUT_FILENO;
    case Stream::Error:
      return STDERR_FILENO;
  }
  return STDERR_FILENO;
}

}  // namespace

bool is_terminal(Stream stream) {
  return ::isatty(fd_of(stream)) == 1;
}

int terminal_columns(Stream stream) {
  winsize size{};
  if (::ioctl(fd_of(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::optional<std::string> read_line() {
  std::string line;
  char byte = 0;
  while (read_byte(byte)) {
    if (byte == '\n') return line;
    line += byte;
  }
  if (line.empty() || pending_stop_signal() != 0) return std::nullopt;
  return line;
}

}  // namespace lpm::os
