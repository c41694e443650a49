// Settings: one table of every key (name, type, default, where it may stand, help), from which
// parsing, `lpm config`, help and docs/settings.md come; and their values with the source of each.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/process.h"

namespace lpm::config {

enum class SettingType : std::uint8_t { Boolean, Number, Text, TextList, Path, Url, Choice };

// Where a key may be set, lowest precedence first. Later layers win.
enum class Layer : std::uint8_t {
  Default,
  Builtin,          // the registry fixed when lpm was built
  GlobalNpmrc,      // /etc/npmrc and npm's own global file
  UserToml,         // ~/.lpm/config.toml
  UserNpmrc,        // ~/.npmrc (npm_config_userconfig)
  ProjectForeign,   // .yarnrc.yml, bunfig.toml, pnpm-workspace.yaml
  ProjectManifest,  // package.json `lpm`
  ProjectNpmrc,     // <project>/.npmrc
  Environment,      // npm_config_*, LPM_*
  CommandLine,
};
std::string_view name_of(Layer layer);
constexpr bool is_project_layer(Layer layer) {
  return layer >= Layer::ProjectForeign && layer <= Layer::ProjectNpmrc;
}

struct SettingInfo {
  std::string_view key;  // "fetch-retries", npm's spelling; ours: "linker"
  SettingType type;
  std::string_view default_text;  // "" means unset
  std::string_view choices;       // Choice: "isolated|hoisted"
  std::string_view help;          // one line
  // A project layer may only tighten this one: values that loosen are ignored with one line. "" =
  // no rule, else the loosening value ("false" for strict-ssl), or "lower" for less than the user's
  // own layers ask.
  std::string_view loosening;
  bool is_own = false;  // lpm's own: may stand in package.json `lpm`
};
std::span<const SettingInfo> setting_table();  // keys in bytewise order
const SettingInfo* find_setting(std::string_view key);
// The key that a name of npm's, pnpm's or yarn's stands for ("node-linker" is "linker"); the name
// itself when there is none.
std::string canonical_key(std::string_view written);
// Which other tools have this key, which changes nothing in lpm: "npm", "npm and pnpm"; "" for any
// other key.
std::string_view tools_with_key(std::string_view key);

struct SettingValue {
  std::string key;
  std::vector<std::string> values;  // one, or a list; none: takes back what lower layers say
  Layer layer = Layer::Default;
  std::string where;       // "~/.npmrc:3", "npm_config_registry", "--registry"
  bool is_secret = false;  // never printed: `//host/:_authToken` and the like
};

struct ConfigSources {
  std::string project_directory;  // holds package.json; may be empty
  std::string home;
  os::EnvironmentMap environment;
  std::vector<SettingValue> command_line;
  // Content of package.json, when the caller has read it already; else it is read here.
  std::optional<std::string> manifest_text;
};

class Settings {
 public:
  // Reads all layers. Fatal: an unreadable file, a value of the wrong type (BAD_CONFIG with its
  // place). A credential with an unset ${VAR} is left out with a warning, so that commands which
  // need no registry work; a registry with one fails in Registries::create. Everything else becomes
  // a warning.
  static Result<Settings> load(const ConfigSources& sources);

  std::string text(std::string_view key) const;
  bool flag(std::string_view key) const;
  std::int64_t number(std::string_view key) const;
  std::vector<std::string> list(
      std::string_view key) const;  // `omit` comes out without what `include` names
  const SettingValue* find(std::string_view key) const;  // the winning one; null when unset
  std::vector<SettingValue> all() const;                 // winning values, keys in bytewise order
  const std::vector<SettingValue>& layers() const { return values_; }  // every value read
  const std::vector<std::string>& warnings() const { return warnings_; }
  // One line that names every key of a file that changes nothing in lpm, whether another tool knows
  // it or nobody does; "" when there is none.
  const std::string& unused_keys() const { return unused_keys_; }
  const std::vector<std::string>& files_read() const { return files_; }  // also absent candidates

  // minimum-release-age or min-release-age, whichever stands in the higher layer (the longer one in
  // the same).
  std::int64_t release_age_seconds() const;
  // Rows of the table that were asked for so far: tells tests that no flag is taken and ignored.
  std::vector<std::string_view> keys_read() const;
  // NODE_EXTRA_CA_CERTS; empty when unset.
  const std::string& extra_ca_file() const { return extra_ca_file_; }

  std::string home_directory() const { return home_; }  // of the user
  std::string lpm_home() const { return lpm_home_; }    // LPM_HOME, else ~/.lpm
  std::string store_directory() const;                  // <lpm home>/store/x1
  std::string cache_directory() const;                  // <lpm home>/cache

 private:
  std::vector<SettingValue> values_;
  std::vector<std::string> warnings_;
  std::string unused_keys_;
  std::vector<std::string> files_;
  std::string home_;
  std::string lpm_home_;
  std::string extra_ca_file_;
  struct KeysRead;
  std::shared_ptr<KeysRead> keys_read_;
};

// Adds, changes or removes one line of a .npmrc, keeping the rest byte for byte. Empty value
// removes.
Result<std::string> edit_npmrc(std::string_view text, std::string_view key, std::string_view value);

// The registry fixed at build time, with a trailing slash.
std::string_view builtin_registry();

}  // namespace lpm::config
