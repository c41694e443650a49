#include "registry/endpoint.h"

#include <fmt/format.h>

#include "base/text.h"

namespace lpm::registry {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
}

// `example.org` and `.example.org` cover the host itself and everything below it; a port narrows.
bool is_excepted(std::string_view rule, const config::Url& url) {
  rule = trim(rule);
  if (rule == "*") return true;
  const std::size_t colon = rule.rfind(':');
  if (colon != rule.npos && rule.find(':') == colon) {
    if (parse_decimal(rule.substr(colon + 1)) != url.port) return false;
    rule = rule.substr(0, colon);
  }
  if (rule.starts_with("*.")) rule.remove_prefix(1);
  while (rule.starts_with('.')) rule.remove_prefix(1);
  if (rule.empty()) return false;
  const std::string wanted = to_lower_ascii(rule);
  if (url.host == wanted) return true;
  return url.host.size() > wanted.size() && url.host.ends_with(wanted) &&
         url.host[url.host.size() - wanted.size() - 1] == '.';
}

net::Tls tls_of(config::TlsSettings settings) {
  net::Tls tls;
  tls.strict = settings.strict;
  tls.ca_files = std::move(settings.ca_files);
  tls.ca_pems = std::move(settings.ca_pems);
  tls.certificate_pem = std::move(settings.certificate_pem);
  tls.key_pem = std::move(settings.key_pem);
  tls.certificate_file = std::move(settings.certificate_file);
  tls.key_file = std::move(settings.key_file);
  return tls;
}

}  // namespace

std::string escaped_name(std::string_view name) {
  std::string escaped;
  escaped.reserve(name.size() + 2);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (is_plain(c) || (i == 0 && c == '@')) {
      escaped += c;
    } else if (c == '/') {
      escaped += "%2f";
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

std::string document_url(const config::Registries& registries, const std::string& name) {
  return registries.registry_for(name) + escaped_name(name);
}

std::string proxy_for(const config::ProxySettings& settings, const config::Url& url) {
  const std::string& proxy = url.scheme == "https" ? settings.https_proxy : settings.http_proxy;
  if (proxy.empty()) return "";
  for (const std::string& list : settings.no_proxy) {
    for (const std::string_view rule : split(list, ',')) {
      if (is_excepted(rule, url)) return "";
    }
  }
  return proxy;
}

net::Request request_for(const config::Registries& registries, std::string url) {
  net::Request request;
  if (const auto parsed = config::Url::parse(url)) {
    request.proxy = proxy_for(registries.proxy(), *parsed);
  }
  if (auto credential = registries.credential_for(url)) {
    request.authorization = std::move(credential->authorization);
  }
  request.tls = tls_of(registries.tls_for(url));
  request.url = std::move(url);
  return request;
}

}  // namespace lpm::registry
