#include <fmt/format.h>

#include "formats/tar.h"

namespace lpm::formats {

Result<SafeRelativePath> SafeRelativePath::parse(std::string_view path) {
  if (path.find('\0') != std::string_view::npos)
    return Error(ErrorCode::BAD_TARBALL, "a path in the archive holds a NUL byte");
  std::string safe;
  safe.reserve(path.size());
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..")
      return Error(ErrorCode::PATH_TRAVERSAL,
                   fmt::format("path traversal: `{}` would leave the package", path));
    if (!safe.empty()) safe += '/';
    safe += part;
  }
  if (safe.empty())
    return Error(ErrorCode::BAD_TARBALL, fmt::format("`{}` is not the path of a file", path));
  return SafeRelativePath(std::move(safe));
}

}  // namespace lpm::formats
