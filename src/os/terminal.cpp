#include "os/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace lpm::os {
namespace {

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

}  // namespace lpm::os
