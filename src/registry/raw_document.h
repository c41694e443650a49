// What a registry says as it says it, for commands that show it: nothing is cached.
#pragma once

#include <string>

#include "base/result.h"
#include "config/config.h"
#include "net/net.h"

namespace lpm::registry {

// The full JSON document of a package. PACKAGE_NOT_FOUND, AUTH_REQUIRED, HTTP_STATUS, NETWORK ...
Result<std::string> raw_document(const config::Registries& registries, net::Client& network,
                                 const std::string& name);

struct Answer {
  std::string registry;  // with a slash at its end
  int status = 0;
};
// Any answer of the default registry to npm's `-/ping`. NETWORK, TIMEOUT, TLS when there is none.
Result<Answer> ping(const config::Registries& registries, net::Client& network);

}  // namespace lpm::registry
