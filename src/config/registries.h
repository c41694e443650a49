// Which registry serves a package, and which credential goes to a URL. A credential goes only to
// the exact origin and path prefix that .npmrc ties it to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "config/settings.h"

namespace lpm::config {

struct Url {
  std::string scheme;                                      // lower case
  std::string host;                                        // lower case, IPv6 without brackets
  std::uint16_t port = 0;                                  // the scheme's default filled in
  std::string path;                                        // begins with `/`
  std::string query;                                       // without `?`
  static std::optional<Url> parse(std::string_view text);  // user info is refused
  std::string origin() const;
  bool is_loopback() const;  // by parsed host: localhost, 127.0.0.0/8, ::1
};

struct Credential {
  Secret authorization;  // the whole header value, "Bearer ..." or "Basic ..."
  std::string
      fingerprint;  // 16 hex digits of its SHA-256: partitions caches; "anon" when there is none
};

struct TlsSettings {
  bool strict = true;
  std::vector<std::string> ca_files;
  std::vector<std::string> ca_pems;  // inline `ca`
  std::string certificate_pem;       // client certificate, or path in certificate_file
  Secret key_pem;
  std::string certificate_file;
  std::string key_file;
};

struct ProxySettings {
  std::string http_proxy;  // for http: URLs; may hold credentials, never printed
  std::string https_proxy;
  std::vector<std::string> no_proxy;
};

class Registries {
 public:
  // BAD_CONFIG for a registry that is no http(s) URL without user, or a credential that no header
  // can carry.
  static Result<Registries> create(const Settings& settings);

  const std::string& default_registry() const { return default_; }  // with trailing slash
  const std::string& registry_for(
      std::string_view package_name) const;  // scope first, then default
  bool has_own_registry(std::string_view scope) const;
  // The package's "@scope", as it writes it, when that has another registry than the default one.
  std::string alias_for(std::string_view package_name) const;
  std::vector<std::string> own_scopes() const;  // those for which it gives one, in lower case
  // Longest matching `//host[:port]/path/` wins; nothing without one. Plain http: gets one only on
  // loopback or when a registry is configured with that very origin.
  std::optional<Credential> credential_for(std::string_view url) const;
  // Certificate authorities that a project brings count only for origins that nobody but the
  // project names.
  TlsSettings tls_for(std::string_view url) const;
  const ProxySettings& proxy() const { return proxy_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  friend class RegistriesBuilder;
  struct Auth {
    std::string host;  // "//host" or "//host:port" in lower case
    std::string path;  // with slashes at both ends
    Credential credential;
    std::string certificate_file;
    std::string key_file;
    bool covers(const Url& url) const;
  };
  const Auth* find_auth(const Url& url, bool (*has)(const Auth&)) const;

  std::string default_;
  std::vector<std::pair<std::string, std::string>> scopes_;  // "@scope", registry
  std::vector<std::string> origins_;                         // of every registry
  std::vector<std::string> project_origins_;                 // only named by project layers
  std::vector<Auth> auths_;                                  // longest path first
  TlsSettings tls_;
  TlsSettings project_tls_;  // with what the project adds
  ProxySettings proxy_;
  std::vector<std::string> warnings_;
};

}  // namespace lpm::config
