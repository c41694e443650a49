#include "ops/global/places.h"

#include <algorithm>

namespace lpm::ops::global {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

Places::Places(const std::string& lpm_home)
    : bin(lpm_home + "/bin"),
      folder(lpm_home + "/global"),
      roots(folder + "/roots"),
      trash(folder + "/trash"),
      lock(folder + "/.tx.lock"),
      catalogue(folder + "/installed.json"),
      log(folder + "/log"),
      path_hint(folder + "/path-hint") {}

std::string Places::root(std::string_view name) const {
  return std::string(roots).append("/").append(name);
}

bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), is_control);
}

std::string printable(std::string text) {
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  return text;
}

bool is_plain_command(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= 255 && is_printable(name) &&
         name.find_first_of("/\\") == std::string_view::npos;
}

bool is_plain_file_name(std::string_view name) {
  return is_plain_command(name) && name.front() != '.';
}

}  // namespace lpm::ops::global
