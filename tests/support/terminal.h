// Terminal: a pseudo terminal whose other end a child sees as its own.
#pragma once

#include <termios.h>

#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace lpm::support {

class Terminal {
 public:
  explicit Terminal(int columns);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  int child_end() const { return child_end_; }
  void close_child_end();
  void type(std::string_view text) const;
  std::string output() const;  // so far
  // Waits until the child's side is closed everywhere.
  std::string all_output();
  // Whether the modes are as they were made: echo, line editing, signals.
  bool is_as_before() const;

 private:
  int own_end_ = -1;
  int child_end_ = -1;
  termios before_{};
  mutable std::mutex mutex_;
  std::string output_;
  std::thread reader_;
};

}  // namespace lpm::support
