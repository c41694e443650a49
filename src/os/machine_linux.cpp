// Facts about this process and machine that Linux keeps in /proc.
#include <unistd.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include <string>

#include "base/text.h"
#include "os/process.h"

namespace lpm::os {
namespace {

#if defined(__x86_64__)
constexpr const char* kGlibcLoader = "/lib64/ld-linux-x86-64.so.2";
constexpr const char* kMuslLoader = "/lib/ld-musl-x86_64.so.1";
#elif defined(__aarch64__)
constexpr const char* kGlibcLoader = "/lib/ld-linux-aarch64.so.1";
constexpr const char* kMuslLoader = "/lib/ld-musl-aarch64.so.1";
#else
constexpr const char* kGlibcLoader = "";
constexpr const char* kMuslLoader = "";
#endif

bool is_there(const char* path) {
  return ::access(path, F_OK) == 0;
}

std::string detect_libc() {
  const bool musl = is_there(kMuslLoader);
  // Alpine may have a stand-in for the glibc loader beside musl, Debian a musl beside glibc.
  if (is_there(kGlibcLoader) && !(musl && is_there("/etc/alpine-release"))) return "glibc";
  if (musl) return "musl";
#ifdef __GLIBC__
  // Systems that keep their loader elsewhere: this program runs, so its libc is there.
  return "glibc";
#else
  return "";
#endif
}

}  // namespace

std::uint64_t process_start_time(long pid) {
  const auto text = read_file_if_exists("/proc/" + std::to_string(pid) + "/stat");
  if (!text || !*text) return 0;
  // `pid (name) state ...`: the name may hold anything, so count from the last parenthesis.
  const std::size_t end_of_name = (*text)->rfind(')');
  if (end_of_name == std::string::npos) return 0;
  const auto fields = split(trim(std::string_view(**text).substr(end_of_name + 1)), ' ');
  // A zombie has ended, although nobody has asked for its status yet.
  if (fields.front() == "Z" || fields.front() == "X") return 0;
  constexpr std::size_t kStartTime = 19;  // field 22 of proc(5); the first here is field 3
  return fields.size() > kStartTime ? parse_decimal(fields[kStartTime]).value_or(0) : 0;
}

std::string boot_id() {
  static const std::string id = [] {
    const auto text = read_file_if_exists("/proc/sys/kernel/random/boot_id");
    return text && *text ? std::string(trim(**text)) : std::string();
  }();
  return id;
}

std::string own_executable() {
  auto path = read_symlink("/proc/self/exe");
  return path ? std::move(*path) : std::string();
}

std::string libc_family() {
  static const std::string family = detect_libc();
  return family;
}

}  // namespace lpm::os
