#include "security/paths.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"

namespace lpm::security {
namespace {

constexpr std::array<std::string_view, 19> kStartupFiles = {
    ".bashrc",   ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases",
    ".profile",  ".zshrc",        ".zshenv",     ".zprofile",    ".zlogin",
    ".zlogout",  ".kshrc",        ".mkshrc",     ".cshrc",       ".tcshrc",
    ".xprofile", ".xinitrc",      ".inputrc",    "config.fish"};

constexpr std::array<std::string_view, 6> kHomes = {
    "$HOME", "%USERPROFILE%", "%HOMEPATH%", "$USERPROFILE", "$env:USERPROFILE", "$env:HOME"};

bool is_drive(std::string_view path) {
  return path.size() >= 2 && path[1] == ':' &&
         ((path[0] >= 'a' && path[0] <= 'z') || (path[0] >= 'A' && path[0] <= 'Z'));
}

// The path below a home directory, with its leading slash; empty data pointer when it is none.
std::string_view below_home(std::string_view path) {
  const std::size_t slash = std::min(path.find('/'), path.size());
  const std::string_view head = path.substr(0, slash);
  if (!head.empty() && head[0] == '~') return path.substr(slash);
  if (std::find(kHomes.begin(), kHomes.end(), head) != kHomes.end()) return path.substr(slash);
  for (std::string_view root : {"/home/", "/Users/"}) {
    if (!path.starts_with(root)) continue;
    const std::size_t end = path.find('/', root.size());
    if (end != std::string_view::npos) return path.substr(end);
  }
  return {};
}

}  // namespace

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_home_or_absolute(std::string_view path) {
  if (path.empty()) return false;
  return path[0] == '/' || path[0] == '~' || is_drive(path) || below_home(path).data() != nullptr;
}

bool leaves_package(std::string_view path) {
  if (is_home_or_absolute(path)) return true;
  const std::vector<std::string_view> parts = split(path, '/');
  return std::find(parts.begin(), parts.end(), "..") != parts.end();
}

bool is_sensitive(std::string_view path) {
  const std::vector<std::string_view> parts = split(path, '/');
  if (std::find(parts.begin(), parts.end(), ".ssh") != parts.end()) return true;
  const std::string_view name = base_name(path);
  if (std::find(kStartupFiles.begin(), kStartupFiles.end(), name) != kStartupFiles.end()) {
    return true;
  }
  if (path == "/" || path == "/etc" || path.starts_with("/etc/") || path.starts_with("/root/")) {
    return true;
  }
  return below_home(path).starts_with("/.");
}

bool is_plain_inner_path(std::string_view path) {
  if (path.empty() || path[0] == '-' || leaves_package(path)) return false;
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-@+/").find(c) != std::string_view::npos;
  };
  return std::all_of(path.begin(), path.end(), is_plain);
}

}  // namespace lpm::security
