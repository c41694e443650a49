// What the package.json inside an archive adds to its index.
#pragma once

#include <string_view>

#include "store/store.h"

namespace lpm::store {

// "`lodash@4.17.21`", or "an archive" when the request names nothing.
std::string label_of(const ImportRequest& request);

// Fills in everything that comes from package.json; `index.files` must hold all paths, sorted.
Result<PackageIndex> with_package_facts(PackageIndex index, std::string_view package_json);

// IDENTITY_MISMATCH when the package inside is not the requested one.
Status check_identity(const PackageIndex& index, const ImportRequest& request);

// Orders files by path, and finds them by it.
struct ByPath {
  static std::string_view path_of(const IndexedFile& file) { return file.path; }
  static std::string_view path_of(std::string_view path) { return path; }
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return path_of(a) < path_of(b);
  }
};

// The file of a path; null when there is none. `index.files` must be sorted.
IndexedFile* find_file(PackageIndex& index, std::string_view path);

}  // namespace lpm::store
