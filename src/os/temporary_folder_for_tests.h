// A folder that goes with the test that made it.
#pragma once

#include <cstdlib>
#include <string>

#include "os/files.h"

namespace lpm::os {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    const char* const base = std::getenv("TMPDIR");
    auto made = make_temporary_directory(base != nullptr ? base : "/tmp", "lpm-test-");
    if (!made) std::abort();
    path_ = std::move(*made);
  }
  ~TemporaryFolder() { [[maybe_unused]] const Status removed = remove_tree(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace lpm::os
