#include "os/process.h"

#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "base/text.h"

extern char** environ;

namespace lpm::os {
namespace {

bool is_executable_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<std::string> find_executable(std::string_view name, std::string_view path_list) {
  if (name.empty()) return std::nullopt;
  for (const std::string_view folder : split(path_list, ':')) {
    if (folder.empty()) continue;
    std::string path = std::string(folder).append("/").append(name);
    if (is_executable_file(path)) return path;
  }
  return std::nullopt;
}

EnvironmentMap current_environment() {
  EnvironmentMap result;
  for (char** item = environ; item != nullptr && *item != nullptr; ++item) {
    const std::string_view text = *item;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    result.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  // Of a name that occurs twice, getenv sees the first.
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto end = std::unique(result.begin(), result.end(),
                               [](const auto& a, const auto& b) { return a.first == b.first; });
  result.erase(end, result.end());
  return result;
}

std::optional<std::string> environment_variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::string current_directory() {
  const std::unique_ptr<char, decltype(&std::free)> path(::getcwd(nullptr, 0), &std::free);
  return path == nullptr ? std::string() : std::string(path.get());
}

std::string home_directory() {
  if (auto home = environment_variable("HOME"); home && !home->empty()) return std::move(*home);
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16 * 1024> buffer;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0) return {};
  return found != nullptr && found->pw_dir != nullptr ? std::string(found->pw_dir) : std::string();
}

long process_id() {
  return ::getpid();
}

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace lpm::os
