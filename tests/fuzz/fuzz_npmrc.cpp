// The settings that a file gives: a .npmrc as the user's and as the project's, with ${VARIABLES},
// what begins with `{` as package.json, with `#` as config.toml; and the registries and credentials
// that come of them. Promises: it is refused with a place or read whole; no secret stands in a
// warning or an error; a project cannot move what only the user may; an edit sets its key and keeps
// the rest. Inputs: up to 8 KiB.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "config/expand_variables.h"
#include "config/registries.h"
#include "config/settings.h"
#include "formats/ini.h"
#include "fuzz.h"

namespace lpm::config {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 8U << 10;
constexpr std::string_view kToken = "t0ken-that-nobody-may-see";

const os::EnvironmentMap& environment() {
  static const os::EnvironmentMap variables = {
      {"TOKEN", std::string(kToken)}, {"EMPTY", ""}, {"HOST", "registry.example"}};
  return variables;
}

// A file without a place on the disk, by the path under which it can be opened.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("npmrc", MFD_CLOEXEC)) {
    require(fd_ >= 0, "there is memory for a file");
    path_ = "/proc/self/fd/" + std::to_string(fd_);
  }
  void fill(std::string_view text) {
    require(ftruncate(fd_, 0) == 0, "the file can be emptied");
    require(pwrite(fd_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()),
            "the file can be filled");
  }
  const std::string& path() const { return path_; }

 private:
  int fd_;
  std::string path_;
};

// A folder with links of all names that are read, to the given file.
class Folder {
 public:
  explicit Folder(const std::string& target) {
    require(mkdtemp(path_.data()) != nullptr, "a folder can be made");
    for (const char* name : kNames)
      require(symlink(target.c_str(), (path_ + name).c_str()) == 0, "a link can be made");
  }
  ~Folder() {
    for (const char* name : kNames) unlink((path_ + name).c_str());
    rmdir(path_.c_str());
  }
  const std::string& path() const { return path_; }

 private:
  static constexpr const char* kNames[] = {"/.npmrc", "/config.toml"};
  std::string path_ = "/tmp/fuzz_npmrc.XXXXXX";
};

ConfigSources sources_with(std::string_view text, Layer layer) {
  static MemoryFile file;
  static const Folder folder(file.path());
  file.fill(text);
  const std::string nowhere = "/nonexistent";
  const auto if_layer = [&](Layer wanted, const std::string& path) {
    return layer == wanted ? path : nowhere;
  };
  ConfigSources sources;
  sources.environment = environment();
  sources.home = "/nonexistent/home";
  sources.project_directory = if_layer(Layer::ProjectNpmrc, folder.path());
  sources.manifest_text = layer == Layer::ProjectManifest ? text : "";
  for (const auto& [key, path] :
       {std::pair<std::string, std::string>("userconfig", if_layer(Layer::UserNpmrc, file.path())),
        {"globalconfig", nowhere},
        {"lpm-home", if_layer(Layer::UserToml, folder.path())}})
    sources.command_line.push_back({key, {path}, Layer::CommandLine, "", false});
  return sources;
}

// Token only where it is secret: then nothing that is said may hold it.
bool is_secret_everywhere(const Settings& settings, std::string_view text) {
  if (text.find(kToken) != std::string_view::npos) return false;
  for (const SettingValue& setting : settings.layers()) {
    if (setting.key.find(kToken) != std::string::npos) return false;
    if (setting.is_secret) continue;
    for (const std::string& value : setting.values)
      if (value.find(kToken) != std::string::npos) return false;
  }
  return true;
}

void require_silent(std::string_view said) {
  require(said.find(kToken) == std::string_view::npos, "secrets are not said");
}

void check_registries(const Settings& settings, bool may_say) {
  const auto registries = Registries::create(settings);
  if (!registries) {
    require(!registries.error().where.empty(), "an error names its place");
    if (!may_say) require_silent(registries.error().what + registries.error().where);
    return;
  }
  require(registries->default_registry().ends_with('/'), "a registry ends in a slash");
  require(Url::parse(registries->default_registry()).has_value(), "a registry is a URL");
  if (!may_say)
    for (const std::string& warning : registries->warnings()) require_silent(warning);
  for (const char* name : {"pkg", "@scope/pkg"}) {
    const std::string url = registries->registry_for(name) + "pkg";
    const auto credential = registries->credential_for(url);
    if (credential)
      require(!credential->authorization.empty() && credential->fingerprint.size() == 16,
              "credentials are whole");
    (void)registries->tls_for(url);
  }
  // Nobody has spoken of this host but by name.
  const auto foreign = registries->credential_for("http://203.0.113.7:8/pkg");
  if (foreign)
    require(std::any_of(settings.layers().begin(), settings.layers().end(),
                        [](const SettingValue& setting) {
                          return setting.key.find("203.0.113.7") != std::string::npos ||
                                 (!setting.values.empty() &&
                                  setting.values.back().find("203.0.113.7") != std::string::npos);
                        }),
            "credentials go where they belong");
}

void check_layer(std::string_view text, Layer layer) {
  const auto settings = Settings::load(sources_with(text, layer));
  if (!settings) {
    require(!settings.error().where.empty(), "an error names its place");
    return;
  }
  const bool may_say = !is_secret_everywhere(*settings, text);
  if (!may_say)
    for (const std::string& warning : settings->warnings()) require_silent(warning);
  for (const SettingValue& setting : settings->layers())
    require((setting.layer != Layer::ProjectNpmrc && setting.layer != Layer::ProjectManifest) ||
                (setting.key != "userconfig" && setting.key != "lpm-home" &&
                 setting.key != "prefix" && setting.key != "globalconfig"),
            "a project does not move the user's places");
  for (const SettingInfo& info : setting_table())
    if (info.type == SettingType::Number)
      require(settings->number(info.key) >= 0, "numbers are not negative");
  require(settings->release_age_seconds() >= 0, "ages are not negative");
  (void)settings->all();
  check_registries(*settings, may_say);
}

void check_expansion(std::string_view text) {
  const Expansion expansion = expand_variables(text, environment());
  if (text.find("${") == std::string_view::npos)
    require(expansion.text == text && expansion.unset.empty(), "plain text stays as it is");
  for (const std::string& name : expansion.unset) {
    require(!name.empty(), "variables have names");
    require(
        text.find(name) != std::string_view::npos && find_variable(environment(), name) == nullptr,
        "only unset variables count as unset");
  }
}

using Entries = std::vector<formats::IniEntry>;

Entries entries_beside(std::string_view text, std::string_view key) {
  Entries entries = formats::parse_ini(text);
  std::erase_if(entries, [key](const formats::IniEntry& entry) { return entry.key == key; });
  return entries;
}

void check_edit(std::string_view text, std::string_view key, std::string_view value) {
  // Old line ends of the Mac, alone, make several settings of what an edit takes for one line.
  for (std::size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1))
    if (at + 1 >= text.size() || text[at + 1] != '\n') return;
  const auto edited = edit_npmrc(text, key, value);
  if (!edited) return;
  std::size_t count = 0;
  for (const formats::IniEntry& entry : formats::parse_ini(*edited)) {
    if (entry.key != key) continue;
    ++count;
    require(entry.value == value, "an edit sets the value");
  }
  require(count == (value.empty() ? 0U : 1U), "an edit leaves one line of its key");
  const Entries before = entries_beside(text, key), after = entries_beside(*edited, key);
  require(
      std::equal(before.begin(), before.end(), after.begin(), after.end(),
                 [](const auto& a, const auto& b) { return a.key == b.key && a.value == b.value; }),
      "an edit keeps the other lines");
}

}  // namespace
}  // namespace lpm::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::config;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view text = lpm::fuzz::text_of(data, size);
  if (text.starts_with('{')) {
    check_layer(text, Layer::ProjectManifest);
    return 0;
  }
  if (text.starts_with('#')) {
    check_layer(text, Layer::UserToml);
  } else {
    check_layer(text, Layer::UserNpmrc);
    check_layer(text, Layer::ProjectNpmrc);
  }
  check_expansion(text);
  const auto entries = lpm::formats::parse_ini(text);
  if (entries.empty() || size % 3 == 0) {
    check_edit(text, "registry", "http://registry.example/npm/");
  } else {
    check_edit(text, entries.back().key, size % 3 == 1 ? entries.front().value : "");
  }
  return 0;
}
