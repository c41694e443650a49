// Preloaded into lpm (LD_PRELOAD): below the folder LPM_TEST_MERGES_NAMES, names that differ only
// in ASCII case, or in how an accent is written, are one, as on the file systems of other systems.
// Both spellings of openat are wanted here.
#undef _FILE_OFFSET_BITS
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::string folded(std::string name) {
  for (std::size_t at = 0; (at = name.find("e\xCC\x81")) != std::string::npos;)
    name.replace(at, 3, "\xC3\xA9");
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

// The absolute folder in which `path` names an entry, and the entry's name.
bool split(int directory, const char* path, std::string& folder, std::string& name) {
  std::string whole = path;
  if (whole.empty()) return false;
  if (whole.front() != '/') {
    const std::string link =
        directory == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/" + std::to_string(directory);
    char buffer[4096];
    const ssize_t size = ::readlink(link.c_str(), buffer, sizeof buffer);
    if (size <= 0) return false;
    whole = std::string(buffer, static_cast<std::size_t>(size)) + "/" + whole;
  }
  const std::size_t slash = whole.rfind('/');
  folder = whole.substr(0, slash);
  name = whole.substr(slash + 1);
  return true;
}

bool is_taken(int directory, const char* path) {
  const char* top = std::getenv("LPM_TEST_MERGES_NAMES");
  std::string folder, name;
  if (top == nullptr || !split(directory, path, folder, name)) return false;
  if (folder.compare(0, std::strlen(top), top) != 0) return false;
  DIR* entries = ::opendir(folder.c_str());
  if (entries == nullptr) return false;
  bool taken = false;
  while (const dirent* entry = ::readdir(entries))
    taken = taken || (name != entry->d_name && folded(name) == folded(entry->d_name));
  ::closedir(entries);
  return taken;
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

int open_below(const char* real, int directory, const char* path, int flags, mode_t mode) {
  if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL) && is_taken(directory, path)) {
    errno = EEXIST;
    return -1;
  }
  return next<int (*)(int, const char*, int, mode_t)>(real)(directory, path, flags, mode);
}

mode_t mode_argument(int flags, va_list& arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  return open_below("openat", directory, path, flags, mode);
}

int openat64(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  return open_below("openat64", directory, path, flags, mode);
}

int mkdirat(int directory, const char* path, mode_t mode) {
  if (is_taken(directory, path)) {
    errno = EEXIST;
    return -1;
  }
  return next<int (*)(int, const char*, mode_t)>("mkdirat")(directory, path, mode);
}

int linkat(int from_directory, const char* from, int directory, const char* path, int flags) {
  if (is_taken(directory, path)) {
    errno = EEXIST;
    return -1;
  }
  return next<int (*)(int, const char*, int, const char*, int)>("linkat")(from_directory, from,
                                                                          directory, path, flags);
}

}  // extern "C"
