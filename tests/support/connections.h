#pragma once

#include "support/channel.h"
#include "support/http_server.h"

namespace lpm::support {

// Each serves one connection until it ends.
void serve_http1(HttpServer& server, Channel& channel, int connection_number);
void serve_http2(HttpServer& server, Channel& channel, int connection_number);

}  // namespace lpm::support
