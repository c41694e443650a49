#include "config/keys.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/foreign_keys.h"
#include "config/settings.h"

namespace lpm::config {
namespace {

struct Alias {
  std::string_view written;
  std::string_view key;
};

constexpr auto kAliases = std::to_array<Alias>({
    {"http-proxy", "proxy"},
    {"init.author.email", "init-author-email"},
    {"init.author.name", "init-author-name"},
    {"init.author.url", "init-author-url"},
    {"init.license", "init-license"},
    {"init.module", "init-module"},
    {"init.version", "init-version"},
    {"lockfile", "package-lock"},
    {"minimum-release-age-secs", "minimum-release-age"},
    {"network-concurrency", "maxsockets"},
    {"no-proxy", "noproxy"},
    {"node-linker", "linker"},
    {"package-lock-only", "lockfile-only"},
    {"shrinkwrap", "package-lock"},
    {"strict-peer-dependencies", "strict-peer-deps"},
    {"verify-store-integrity", "verify-store"},
});

std::string_view find_alias(std::string_view written) {
  for (const Alias& alias : kAliases) {
    if (alias.written == written) return alias.key;
  }
  return find_setting(written) != nullptr ? written : std::string_view();
}

bool contains(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::string canonical_key(std::string_view written) {
  if (written.starts_with('/') || written.starts_with('@') || written.starts_with('_')) {
    return std::string(written);
  }
  if (const std::string_view key = find_alias(written); !key.empty()) return std::string(key);
  std::string dashed(written);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  const std::string_view key = find_alias(dashed);
  return std::string(key.empty() ? written : key);
}

bool is_secret_key(std::string_view key) {
  const std::string_view name = key.substr(key.rfind(':') + 1);
  return name.starts_with('_') ||
         contains(name, {"key", "otp", "password", "authtoken", "auth-token"});
}

bool holds_user(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  const std::string_view rest =
      scheme_end == std::string_view::npos ? url : url.substr(scheme_end + 3);
  return rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos;
}

bool is_location_key(std::string_view key) {
  return contains(key, {"browser", "globalconfig", "lpm-home", "prefix", "userconfig"});
}

bool is_retired_omit_key(std::string_view key) {
  return contains(key, {"also", "dev", "only", "optional", "production"});
}

std::string_view tools_with_key(std::string_view key) {
  const ForeignKey* foreign = find_foreign_key(key);
  return foreign == nullptr ? std::string_view() : foreign->tools;
}

std::string from_camel_case(std::string_view name) {
  std::string key;
  for (char c : name) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (is_capital && !key.empty()) key += '-';
    key += is_capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return key;
}

}  // namespace lpm::config
