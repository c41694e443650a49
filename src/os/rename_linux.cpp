// Renames that plain rename(2) cannot do.
#include <fcntl.h>
#include <stdio.h>

#include <cerrno>

#include "os/files.h"

namespace lpm::os {
namespace {

int rename_with(const std::string& from, const std::string& to, unsigned flags) {
  return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0 ? 0 : errno;
}

}  // namespace

int rename_without_replacing(const std::string& from, const std::string& to) {
  const int problem = rename_with(from, to, RENAME_NOREPLACE);
  // File systems that know no flags (some network ones): the look before the rename is the best
  // there is.
  if (problem != EINVAL && problem != ENOSYS) return problem;
  if (exists(to)) return EEXIST;
  return rename_with(from, to, 0);
}

int exchange_paths(const std::string& a, const std::string& b) {
  const int problem = rename_with(a, b, RENAME_EXCHANGE);
  if (problem != EINVAL && problem != ENOSYS) return problem;
  const std::string aside = a + unique_suffix();
  if (const int failed = rename_with(b, aside, 0)) return failed;
  if (const int failed = rename_with(a, b, 0)) return failed;
  return rename_with(aside, a, 0);
}

}  // namespace lpm::os
