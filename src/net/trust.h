// Which certificates are trusted, and what of that curl is told.
#pragma once

#include <curl/curl.h>

#include <optional>
#include <string>

#include "net/net.h"

namespace lpm::net {

// Where the system keeps its certificate authorities. A hashed folder is read one certificate at a
// time; parsing a whole bundle costs 18 ms at the first connection.
struct SystemTrust {
  std::string directory;  // hashed; "" when there is none
  std::string bundle;     // a file; "" when the folder does
  std::string extra_pem;  // more than one file to add: their texts
};
// Honours SSL_CERT_DIR, SSL_CERT_FILE and NODE_EXTRA_CA_CERTS.
SystemTrust find_system_trust();

// Sets every TLS option of `handle` for one request. The handle keeps no pointer into `tls`
// afterwards. TLS when a certificate file cannot be read.
Status apply_tls(CURL* handle, const Tls& tls, const SystemTrust& system);

}  // namespace lpm::net
