// From a package name to the request for it: URL, headers, credential, certificates, proxy.
#pragma once

#include <string>
#include <string_view>

#include "config/config.h"
#include "net/net.h"

namespace lpm::registry {

// `@scope/name` as `@scope%2fname`.
std::string escaped_name(std::string_view name);
std::string document_url(const config::Registries& registries, const std::string& name);

// The proxy for `url` under http-proxy, https-proxy and noproxy; "" for none.
std::string proxy_for(const config::ProxySettings& settings, const config::Url& url);

// A request with everything that configuration says about its URL.
net::Request request_for(const config::Registries& registries, std::string url);

}  // namespace lpm::registry
