// Which certificates are trusted, and what of that curl is told.
#pragma once

#include <curl/curl.h>

#include <optional>
#include <string>

#include "net/net.h"

namespace lpm::net {

// Where the system keeps its certificate authorities. A hashed folder is read one certificate at a
// time, where parsing a whole bundle costs 18 ms; so files count only for servers that the folder
// does not vouch for (an authority added to the bundle alone, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS).
struct SystemTrust {
  std::string directory;    // hashed; "" when there is none
  std::string file;         // "" when there are several
  std::string several_pem;  // the texts of several files
};
SystemTrust find_system_trust();

enum class TrustSource : std::uint8_t { Directory, Files };

// Whether the system's authorities decide, not configured ones.
bool relies_on_system(const Tls& tls);

// Sets every TLS option of `handle` for one request. The handle keeps no pointer into `tls`
// afterwards. TLS when a certificate file cannot be read.
Status apply_tls(CURL* handle, const Tls& tls, const SystemTrust& system, TrustSource source);

}  // namespace lpm::net
