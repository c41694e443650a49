// Facts about the terminal.
#pragma once

namespace lpm::os {

enum class Stream { Input, Output, Error };

bool is_terminal(Stream stream);
int terminal_columns(Stream stream);  // 80 when unknown

}  // namespace lpm::os
