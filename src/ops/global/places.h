// Where global packages are kept (docs/formats/global.md).
#pragma once

#include <string>
#include <string_view>

namespace lpm::ops::global {

struct Places {
  explicit Places(const std::string& lpm_home);

  std::string root(std::string_view name) const;  // roots/NAME

  std::string bin;
  std::string folder;  // the paths below are in it
  std::string roots;
  std::string trash;
  std::string lock;
  std::string catalogue;
  std::string log;
  std::string path_hint;
};

// Links of ours in the bin folder begin with it.
inline constexpr std::string_view kLinkPrefix = "../global/roots/";

// A name that is one path component, prints as it is, and is not hidden.
bool is_plain_file_name(std::string_view name);
// A command may begin with a dot.
bool is_plain_command(std::string_view name);
bool is_printable(std::string_view text);
// With spaces for what is not printable.
std::string printable(std::string text);

}  // namespace lpm::ops::global
