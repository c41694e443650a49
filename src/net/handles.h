// curl's handles with the options that are the same for every request.
#pragma once

#include <curl/curl.h>

#include "net/net.h"

namespace lpm::net {

// The first call sets up curl and OpenSSL.
CURLM* make_multi_handle(const ClientOptions& options);
CURLSH* make_share_handle();
CURL* make_easy_handle(const ClientOptions& options, CURLSH* share);

}  // namespace lpm::net
