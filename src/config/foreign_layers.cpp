// Settings that a project has for yarn and bun: .yarnrc.yml and bunfig.toml. What is taken over:
// docs/settings.md. A file that cannot be read is that
// tool's affair, and a warning here.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "config/expand_variables.h"
#include "config/keys.h"
#include "config/layer_reader.h"
#include "crypto/digest.h"
#include "formats/toml.h"
#include "formats/yaml.h"
#include "os/files.h"

namespace lpm::config {
namespace {

using formats::yaml::Value;

constexpr const char* kYarn = ".yarnrc.yml";
constexpr const char* kBun = "bunfig.toml";

// "https://host/path" -> "//host/path/:", as .npmrc ties a credential to a place.
std::string place_of(std::string_view url) {
  const std::size_t slashes = url.find("//");
  if (slashes == std::string_view::npos) return "";
  std::string place(url.substr(slashes));
  if (!place.ends_with('/')) place += '/';
  return place + ":";
}

std::string scope_of(std::string_view name) {
  return name.starts_with('@') ? std::string(name) : "@" + std::string(name);
}

// What a registry of another tool is: any of its parts may be missing.
struct ForeignRegistry {
  std::string scope;  // "@acme"; "" is the default registry
  std::string url;
  std::string token;
  std::string user;
  std::string password;
  std::uint32_t line = 0;
};

// bun writes `$NAME` where npm writes `${NAME}`.
std::string with_braces(std::string_view text) {
  if (text.size() < 2 || text[0] != '$' || text[1] == '{') return std::string(text);
  return "${" + std::string(text.substr(1)) + "}";
}

}  // namespace

// One file of another tool: its settings go to the reader's lowest project layer.
class ForeignFile {
 public:
  ForeignFile(LayerReader& reader, std::string name) : reader_(reader), name_(std::move(name)) {}

  Status add(std::string key, std::string value, std::uint32_t line) {
    SettingValue setting{
        std::move(key), {std::move(value)}, Layer::ProjectForeign, where(line), false};
    return reader_.accept_expanded(std::move(setting), reader_.sources_.project_directory);
  }

  Status add(const ForeignRegistry& registry) {
    const std::string url = expand_variables(registry.url, reader_.sources_.environment).text;
    if (holds_user(url)) {
      reader_.warn(where(registry.line), "a registry with user or password in its URL is ignored");
      return {};
    }
    const std::string place = place_of(url);
    if (!url.empty())
      LPM_TRY(add(registry.scope.empty() ? "registry" : registry.scope + ":registry", url,
                  registry.line));
    if (place.empty()) return {};
    if (!registry.token.empty()) return add(place + "_authToken", registry.token, registry.line);
    if (registry.user.empty() || registry.password.empty()) return {};
    LPM_TRY(add(place + "username", registry.user, registry.line));
    const std::string password =
        expand_variables(registry.password, reader_.sources_.environment).text;
    return add(place + "_password", crypto::to_base64(as_bytes(password)), registry.line);
  }

  void unreadable(const Error& error) {
    reader_.warn(error.where.empty() ? name_ : error.where, "ignored: " + error.what);
  }

 private:
  std::string where(std::uint32_t line) const { return fmt::format("{}:{}", name_, line); }

  LayerReader& reader_;
  std::string name_;
};

namespace {

// ---- yarn 2 and later

ForeignRegistry yarn_registry(const Value& from, std::string scope, std::string url) {
  ForeignRegistry registry;
  registry.scope = std::move(scope);
  registry.url = from.text_at("npmRegistryServer").value_or(url);
  registry.token = from.text_at("npmAuthToken").value_or("");
  // `user:password`, or that in base64, which has no colon.
  const std::string_view identity = from.text_at("npmAuthIdent").value_or("");
  if (const std::size_t colon = identity.find(':'); colon != std::string_view::npos) {
    registry.user = identity.substr(0, colon);
    registry.password = identity.substr(colon + 1);
  }
  registry.line = from.line;
  return registry;
}

Status read_yarn(const Value& root, ForeignFile& file) {
  if (!root.is_mapping()) return {};
  ForeignRegistry own = yarn_registry(root, "", "");
  if (const Value* server = root.find("npmRegistryServer")) own.line = server->line;
  LPM_TRY(file.add(own));
  if (const Value* scopes = root.find("npmScopes"))
    for (const Value& scope : scopes->children)
      LPM_TRY(file.add(yarn_registry(scope, scope_of(scope.key), own.url)));
  if (const Value* places = root.find("npmRegistries"))
    for (const Value& place : places->children) {
      ForeignRegistry registry = yarn_registry(place, "", "");
      if (!registry.token.empty())
        LPM_TRY(file.add(place_of(place.key) + "_authToken", registry.token, place.line));
    }
  constexpr auto kSame = std::to_array<std::pair<const char*, const char*>>(
      {{"httpProxy", "proxy"}, {"httpsProxy", "https-proxy"}});
  for (const auto& [theirs, ours] : kSame)
    if (const Value* value = root.find(theirs); value != nullptr && value->is_scalar())
      LPM_TRY(file.add(ours, value->text, value->line));
  return {};
}

// ---- bun

// The part of a registry that `install.registry.url` or `install.scopes.acme.token` names.
std::string* part_of(ForeignRegistry& registry, std::string_view name) {
  if (name.empty() || name == "url") return &registry.url;
  if (name == "token") return &registry.token;
  if (name == "username") return &registry.user;
  if (name == "password") return &registry.password;
  return nullptr;
}

Status read_bun(const std::vector<formats::TomlEntry>& entries, ForeignFile& file) {
  constexpr std::string_view kDefault = "install.registry";
  constexpr std::string_view kScopes = "install.scopes.";
  std::map<std::string, ForeignRegistry> registries;
  for (const formats::TomlEntry& entry : entries) {
    if (entry.values.empty()) continue;
    const std::string& value = entry.values[0];
    std::string_view rest = entry.key;
    std::string scope;
    if (rest.starts_with(kScopes)) {
      rest.remove_prefix(kScopes.size());
      const std::size_t dot = rest.find('.');
      scope = scope_of(rest.substr(0, dot));
      rest = dot == std::string_view::npos ? "" : rest.substr(dot + 1);
    } else if (rest == kDefault || rest.starts_with(std::string(kDefault) + ".")) {
      rest = rest == kDefault ? "" : rest.substr(kDefault.size() + 1);
    } else if (entry.key == "install.exact") {
      LPM_TRY(file.add("save-exact", value, entry.line));
      continue;
    } else if (entry.key == "install.peer" && value == "false") {
      LPM_TRY(file.add("legacy-peer-deps", "true", entry.line));
      continue;
    } else if (entry.key == "install.minimumReleaseAge") {
      LPM_TRY(file.add("minimum-release-age", value + "s", entry.line));
      continue;
    } else {
      continue;
    }
    ForeignRegistry& registry = registries[scope];
    registry.scope = scope;
    if (registry.line == 0) registry.line = entry.line;
    if (std::string* part = part_of(registry, rest)) *part = with_braces(value);
  }
  for (const auto& [scope, registry] : registries) LPM_TRY(file.add(registry));
  return {};
}

}  // namespace

Status LayerReader::read_foreign_files() {
  const auto text_of = [&](const char* name) -> std::optional<std::string> {
    files.push_back(sources_.project_directory + "/" + name);
    const auto text = os::read_file_if_exists(files.back());
    return text ? *text : std::nullopt;
  };
  if (const auto text = text_of(kYarn)) {
    ForeignFile file(*this, kYarn);
    const Result<Value> root = formats::yaml::parse(*text, kYarn);
    if (!root)
      file.unreadable(root.error());
    else
      LPM_TRY(read_yarn(*root, file));
  }
  if (const auto text = text_of(kBun)) {
    ForeignFile file(*this, kBun);
    const auto entries = formats::parse_toml(*text, kBun);
    if (!entries)
      file.unreadable(entries.error());
    else
      LPM_TRY(read_bun(*entries, file));
  }
  return {};
}

}  // namespace lpm::config
