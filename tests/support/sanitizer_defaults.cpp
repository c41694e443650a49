// Linked into a sanitized lpm. Tests that end the process by SIGSEGV want the kernel's ending, and
// LeakSanitizer, which traces its own process, cannot work in one that strace traces already.
#include <cstdio>
#include <cstring>

extern "C" const char* __asan_default_options() {
  return "handle_segv=0:handle_abort=0";
}

extern "C" const char* __tsan_default_options() {
  return "handle_segv=0:handle_abort=0";
}

extern "C" int __lsan_is_turned_off() {
  std::FILE* status = std::fopen("/proc/self/status", "re");
  if (status == nullptr) return 0;
  bool traced = false;
  char line[256];
  while (std::fgets(line, sizeof line, status) != nullptr)
    if (std::strncmp(line, "TracerPid:", 10) == 0) traced = std::strcmp(line + 10, "\t0\n") != 0;
  std::fclose(status);
  return traced ? 1 : 0;
}
