// Facts about the terminal.
#pragma once

#include <optional>
#include <string>

namespace lpm::os {

enum class Stream { Input, Output, Error };

bool is_terminal(Stream stream);
int terminal_columns(Stream stream);  // 80 when unknown

// A line of standard input without its end. Nothing when input has ended, or once a stop signal is
// pending.
std::optional<std::string> read_line();

}  // namespace lpm::os
