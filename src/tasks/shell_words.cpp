#include <algorithm>

#include "base/text.h"
#include "tasks/tasks.h"

namespace lpm::tasks {
namespace {

// Bytes that no POSIX shell gives a meaning to inside a word; everything else, bytes of UTF-8 too,
// is quoted.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}

}  // namespace

std::string quote_for_shell(std::string_view argument) {
  if (!argument.empty() && std::all_of(argument.begin(), argument.end(), is_plain))
    return std::string(argument);
  return "'" + replace_all(std::string(argument), "'", "'\\''") + "'";
}

}  // namespace lpm::tasks
