// What an answer other than the wanted one means.
#pragma once

#include <string>

#include "base/error.h"
#include "net/net.h"

namespace lpm::registry {

struct Asked {
  std::string what;  // "`name`", "the tarball of `name`"
  std::string url;
  bool had_credential = false;
};

// For every status but 200 (and 304 where it was provoked).
Error status_error(const net::Response& response, const Asked& asked);

}  // namespace lpm::registry
