#include "config/registries.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "config/credentials.h"
#include "config/keys.h"

namespace lpm::config {
namespace {

constexpr std::string_view kScopeSuffix = ":registry";
// Where `jsr:` specifiers lead, unless `@jsr:registry` says something else.
constexpr std::string_view kJsrScope = "@jsr";
constexpr std::string_view kJsrRegistry = "https://npm.jsr.io/";

bool is_registry_key(std::string_view key) {
  return key == "registry" || (key.starts_with('@') && key.ends_with(kScopeSuffix));
}

// The last value of each key of the layers that `admits` lets through.
template <class Admits>
std::map<std::string, const SettingValue*> winners(const Settings& settings, Admits admits) {
  std::map<std::string, const SettingValue*> result;
  for (const SettingValue& setting : settings.layers()) {
    if (admits(setting.layer)) result[setting.key] = &setting;
  }
  return result;
}

std::string single(const std::map<std::string, const SettingValue*>& values,
                   const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() || found->second->values.empty() ? "" : found->second->values.back();
}

}  // namespace

bool Registries::Auth::covers(const Url& url) const {
  const std::string own_host =
      url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  const bool is_default_port = url.port == (url.scheme == "https" ? 443 : 80);
  const bool is_host = (is_default_port && host == "//" + own_host) ||
                       host == fmt::format("//{}:{}", own_host, url.port);
  return is_host && (url.path + "/").starts_with(path);
}

class RegistriesBuilder {
 public:
  explicit RegistriesBuilder(const Settings& settings)
      : settings_(settings), values_(winners(settings, [](Layer) { return true; })) {}

  Result<Registries> build() {
    LPM_TRY(read_registries());
    LPM_TRY(read_credentials());
    find_project_origins();
    read_tls();
    read_proxies();
    return std::move(result_);
  }

 private:
  Error bad_registry(const SettingValue& setting) const {
    const std::string text = setting.values.empty() ? "" : setting.values.back();
    if (holds_user(text)) {
      return Error(ErrorCode::BAD_CONFIG,
                   fmt::format("`{}` must not hold a user or password", setting.key))
          .at(setting.where)
          .hint("put the credential into a line `//host/path/:_auth=...`");
    }
    Error error(ErrorCode::BAD_CONFIG,
                fmt::format("`{}` must be an http or https URL", setting.key));
    error.where = setting.where;
    // Whatever else it is, text with an `@` may hold a password.
    if (text.find('@') == std::string::npos) error.what += fmt::format(", not `{}`", text);
    if (text.find("${") != std::string::npos)
      error.facts.push_back({"reason", "the variable is not set"});
    return error;
  }

  Result<std::string> read_registry(const SettingValue& setting) {
    const auto url = setting.values.empty() ? std::nullopt : Url::parse(setting.values.back());
    if (!url || !url->query.empty()) return bad_registry(setting);
    result_.origins_.push_back(url->origin());
    return url->origin() + url->path + (url->path.ends_with('/') ? "" : "/");
  }

  Status read_registries() {
    LPM_TRY_ASSIGN(result_.default_, read_registry(*values_.at("registry")));
    for (const auto& [key, setting] : values_) {
      if (key == "registry" || !is_registry_key(key) || setting->values.empty()) continue;
      LPM_TRY_ASSIGN(std::string url, read_registry(*setting));
      const std::string scope =
          to_lower_ascii(std::string_view(key).substr(0, key.size() - kScopeSuffix.size()));
      result_.scopes_.emplace_back(scope, std::move(url));
    }
    if (!result_.has_own_registry(kJsrScope)) result_.scopes_.emplace_back(kJsrScope, kJsrRegistry);
    return {};
  }

  Status read_credentials() {
    std::map<std::string, PlaceSettings> places;
    tie_loose_credentials(places);
    for (const auto& [key, setting] : values_) {
      if (const auto split = split_place_key(key)) places[split->place][split->name] = setting;
    }
    for (const auto& [place, settings] : places) LPM_TRY(add_place(place, settings));
    std::stable_sort(result_.auths_.begin(), result_.auths_.end(),
                     [](const auto& a, const auto& b) { return a.path.size() > b.path.size(); });
    return {};
  }

  // A credential without place belongs to the registry that its own layer knew, or a project's
  // registry would be handed the user's token.
  void tie_loose_credentials(std::map<std::string, PlaceSettings>& places) {
    for (const char* name : {"_authToken", "_auth", "username", "_password"}) {
      const auto found = values_.find(name);
      if (found == values_.end()) continue;
      const SettingValue& setting = *found->second;
      const auto known = winners(settings_, [&](Layer layer) { return layer <= setting.layer; });
      const auto url = Url::parse(single(known, "registry"));
      if (!url) continue;
      places[place_of(*url)][name] = &setting;
      if (setting.key.starts_with('_')) {
        result_.warnings_.push_back(fmt::format("{}: `{}` names no registry; used for `{}:{}` only",
                                                setting.where, name, place_of(*url), name));
      }
    }
  }

  Status add_place(const std::string& place, const PlaceSettings& settings) {
    const auto secure = Url::parse("https:" + place);
    const auto plain = Url::parse("http:" + place);
    LPM_TRY_ASSIGN(auto credential, make_credential(settings));
    Registries::Auth auth;
    if (const auto file = settings.find("certfile"); file != settings.end()) {
      if (!file->second->values.empty()) auth.certificate_file = file->second->values.back();
    }
    if (const auto file = settings.find("keyfile"); file != settings.end()) {
      if (!file->second->values.empty()) auth.key_file = file->second->values.back();
    }
    if (!secure || !plain) {
      result_.warnings_.push_back(fmt::format("{}: `{}` is no place of a registry",
                                              settings.begin()->second->where, place));
      return {};
    }
    if (credential) auth.credential = std::move(*credential);
    const bool names_port = secure->port == plain->port;
    const std::string host =
        secure->host.find(':') == std::string::npos ? secure->host : "[" + secure->host + "]";
    auth.host = names_port ? fmt::format("//{}:{}", host, secure->port) : "//" + host;
    auth.path = secure->path;
    result_.auths_.push_back(std::move(auth));
    return {};
  }

  // Origins that nothing but the project speaks of. Credentials of other layers count as speaking
  // of them.
  void find_project_origins() {
    std::set<std::string> from_project, from_others;
    for (const SettingValue& setting : settings_.layers()) {
      if (!is_registry_key(setting.key) || setting.values.empty()) continue;
      const auto url = Url::parse(setting.values.back());
      if (url) (is_project_layer(setting.layer) ? from_project : from_others).insert(url->origin());
    }
    for (const SettingValue& setting : settings_.layers()) {
      const auto split = split_place_key(setting.key);
      if (!split || is_project_layer(setting.layer)) continue;
      for (const char* scheme : {"https:", "http:"}) {
        if (const auto url = Url::parse(scheme + split->place)) from_others.insert(url->origin());
      }
    }
    std::set_difference(from_project.begin(), from_project.end(), from_others.begin(),
                        from_others.end(), std::back_inserter(result_.project_origins_));
  }

  void read_authorities(TlsSettings& tls,
                        const std::map<std::string, const SettingValue*>& values) const {
    if (const std::string file = single(values, "cafile"); !file.empty())
      tls.ca_files.push_back(file);
    if (const auto ca = values.find("ca"); ca != values.end()) tls.ca_pems = ca->second->values;
    if (!settings_.extra_ca_file().empty()) tls.ca_files.push_back(settings_.extra_ca_file());
  }

  void read_tls() {
    TlsSettings& tls = result_.tls_;
    tls.strict = settings_.flag("strict-ssl");
    tls.certificate_pem = settings_.text("cert");
    tls.key_pem = Secret(settings_.text("key"));
    result_.project_tls_ = tls;
    read_authorities(result_.project_tls_, values_);
    read_authorities(tls, winners(settings_, [](Layer layer) { return !is_project_layer(layer); }));
    const auto brought = winners(settings_, is_project_layer);
    for (const char* key : {"ca", "cafile"}) {
      if (!brought.contains(key)) continue;
      result_.warnings_.push_back(fmt::format(
          "{}: `{}` of a project counts only for registries that the project alone names",
          brought.at(key)->where, key));
    }
  }

  // What a setting says, as opposed to what npm takes from HTTPS_PROXY and the like; "" when none
  // does.
  std::string configured(std::string_view key, bool from_environment_facts) const {
    std::string text;
    for (const SettingValue& setting : settings_.layers()) {
      if (setting.key != key || (setting.layer == Layer::Default) != from_environment_facts)
        continue;
      text = setting.values.empty() ? "" : setting.values.back();
    }
    return text;
  }

  void read_proxies() {
    const std::string https = configured("https-proxy", false);
    const std::string http = configured("proxy", false);
    const auto choose = [&](const std::string& first, const std::string& second,
                            std::string_view key) {
      std::string text = !first.empty() ? first : !second.empty() ? second : configured(key, true);
      return text == "false" ? std::string() : text;
    };
    result_.proxy_.https_proxy = choose(https, http, "https-proxy");
    result_.proxy_.http_proxy = choose(http, https, "proxy");
    result_.proxy_.no_proxy = settings_.list("noproxy");
  }

  const Settings& settings_;
  std::map<std::string, const SettingValue*> values_;
  Registries result_;
};

Result<Registries> Registries::create(const Settings& settings) {
  return RegistriesBuilder(settings).build();
}

const std::string& Registries::registry_for(std::string_view package_name) const {
  const std::size_t slash = package_name.find('/');
  if (!package_name.starts_with('@') || slash == std::string_view::npos) return default_;
  const std::string scope = to_lower_ascii(package_name.substr(0, slash));
  const auto found = std::find_if(scopes_.begin(), scopes_.end(),
                                  [&](const auto& entry) { return entry.first == scope; });
  return found == scopes_.end() ? default_ : found->second;
}

bool Registries::has_own_registry(std::string_view scope) const {
  const std::string wanted = to_lower_ascii(scope);
  return std::any_of(scopes_.begin(), scopes_.end(),
                     [&](const auto& entry) { return entry.first == wanted; });
}

std::string Registries::alias_for(std::string_view package_name) const {
  const std::string& registry = registry_for(package_name);
  if (registry == default_) return "";
  return std::string(package_name.substr(0, package_name.find('/')));
}

std::vector<std::string> Registries::own_scopes() const {
  std::vector<std::string> scopes;
  for (const auto& [scope, registry] : scopes_)
    if (registry != default_) scopes.push_back(scope);
  return scopes;
}

const Registries::Auth* Registries::find_auth(const Url& url, bool (*has)(const Auth&)) const {
  const bool is_configured =
      std::find(origins_.begin(), origins_.end(), url.origin()) != origins_.end();
  if (url.scheme == "http" && !url.is_loopback() && !is_configured) return nullptr;
  const auto found = std::find_if(auths_.begin(), auths_.end(),
                                  [&](const Auth& auth) { return has(auth) && auth.covers(url); });
  return found == auths_.end() ? nullptr : &*found;
}

std::optional<Credential> Registries::credential_for(std::string_view url) const {
  const auto parsed = Url::parse(url);
  if (!parsed) return std::nullopt;
  const Auth* auth =
      find_auth(*parsed, [](const Auth& a) { return !a.credential.authorization.empty(); });
  return auth == nullptr ? std::nullopt : std::optional<Credential>(auth->credential);
}

TlsSettings Registries::tls_for(std::string_view url) const {
  const auto parsed = Url::parse(url);
  if (!parsed) return tls_;
  const auto is_projects =
      std::find(project_origins_.begin(), project_origins_.end(), parsed->origin());
  TlsSettings tls = is_projects == project_origins_.end() ? tls_ : project_tls_;
  const Auth* auth = find_auth(
      *parsed, [](const Auth& a) { return !a.certificate_file.empty() && !a.key_file.empty(); });
  if (auth != nullptr) {
    tls.certificate_file = auth->certificate_file;
    tls.key_file = auth->key_file;
  }
  return tls;
}

}  // namespace lpm::config
