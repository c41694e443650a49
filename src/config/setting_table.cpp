#include <algorithm>
#include <array>

#include "config/settings.h"

namespace lpm::config {
namespace {

using enum SettingType;

// Help lines are docs too: docs/settings.md is compared with this table by a test.
constexpr auto kTable = std::to_array<SettingInfo>({
    {"all", Boolean, "false", "", "everything, not only what is usual", ""},
    {"allow-duplicate-entries", Boolean, "false", "",
     "accept an archive that holds one path twice with different content", "true", true},
    {"allow-same-version", Boolean, "false", "",
     "let `version` set the version that is already there", ""},
    {"allow-sources", TextList, "", "",
     "what published packages may ask for beside the registry: `git+https://host.example/*`", ""},
    {"bail", Boolean, "true", "", "run nothing more after a script failed in a member", ""},
    {"before", Text, "", "", "consider only versions published before this date", ""},
    {"browser", Text, "", "", "program that opens pages; false: their addresses are printed only",
     ""},
    {"ca", TextList, "", "", "certificate authorities to trust, as PEM text", ""},
    {"cache", Path, "~/.npm", "", "npm's cache folder; passed to scripts only", ""},
    {"cafile", Path, "", "", "file of certificate authorities to trust", ""},
    {"cert", Text, "", "", "client certificate, as PEM text", ""},
    {"check", Boolean, "false", "",
     "only say whether `dedupe` would change something; exit 1 if so", ""},
    {"color", Choice, "true", "true|false|always", "colours on a terminal, never, or always", ""},
    {"commit-hooks", Boolean, "true", "", "run git's commit hooks in `version`", ""},
    {"depth", Number, "", "", "levels of the tree that `list` draws", ""},
    {"dry-run", Boolean, "false", "", "say what would be done and change nothing", ""},
    {"editor", Text, "", "", "EDITOR for scripts; unset: EDITOR, VISUAL, vi", ""},
    {"engine-strict", Boolean, "false", "", "refuse packages that do not support this Node",
     "false", true},
    {"fetch-retries", Number, "3", "", "how often a failed request is repeated", ""},
    {"fetch-retry-factor", Number, "2", "", "growth of the wait between two attempts", ""},
    {"fetch-retry-maxtimeout", Number, "10000", "",
     "longest wait between two attempts, milliseconds", ""},
    {"fetch-retry-mintimeout", Number, "1000", "", "first wait between two attempts, milliseconds",
     ""},
    {"fetch-timeout", Number, "30000", "", "milliseconds without a byte that end an attempt", ""},
    {"filter", TextList, "", "", "members of the workspace that a command means", ""},
    {"fix", Boolean, "false", "", "set damaged store entries aside in `store verify`", ""},
    {"force", Boolean, "false", "", "do it although a check advises against it", "true"},
    {"format", Choice, "", "package-lock|pnpm", "the lockfile that `export` writes", ""},
    {"from", Text, "", "", "lockfile or format that `migrate` reads", ""},
    {"frozen-lockfile", Boolean, "", "", "fail when lpm.lock does not fit package.json; on in CI",
     ""},
    {"git-tag-version", Boolean, "true", "", "commit and tag in `version`", ""},
    {"global", Boolean, "false", "", "work on global packages; counts only as a flag", ""},
    {"globalconfig", Path, "", "", "the global npmrc file", ""},
    {"https-proxy", Url, "", "", "proxy for https: URLs; for http: ones too when `proxy` is unset",
     ""},
    {"if-present", Boolean, "false", "", "a missing script is no error in `run`", ""},
    {"ignore-scripts", Boolean, "false", "", "run no lifecycle, pre and post scripts", "false"},
    {"import", Boolean, "true", "",
     "without lpm.lock, take versions from the lockfile of another tool", ""},
    {"include", TextList, "", "prod|dev|optional|peer",
     "kinds of dependencies to install although omitted", ""},
    {"include-workspace-root", Boolean, "false", "", "the root, too, where members are meant", ""},
    {"init-author-email", Text, "", "", "author's address for `init`", ""},
    {"init-author-name", Text, "", "", "author's name for `init`", ""},
    {"init-author-url", Text, "", "", "author's page for `init`", ""},
    {"init-license", Text, "ISC", "", "licence for `init`", ""},
    {"init-module", Path, "~/.npm-init.js", "", "npm's program for `init`; passed to scripts only",
     ""},
    {"init-version", Text, "1.0.0", "", "first version for `init`", ""},
    {"install-links", Boolean, "false", "",
     "copy the folders that `file:` names instead of linking them", "", true},
    {"interactive", Boolean, "false", "", "choose from a list in `update`", ""},
    {"json", Boolean, "false", "", "print data as JSON", ""},
    {"keep-bin", TextList, "", "", "commands that stay whose they are in `install -g`", ""},
    {"key", Text, "", "", "private key of the client certificate, as PEM text", ""},
    {"latest", Boolean, "false", "", "go to the newest versions, out of their ranges, in `update`",
     ""},
    {"legacy-peer-deps", Boolean, "false", "", "leave peer dependencies out of the graph", ""},
    {"link-workspace-packages", Boolean, "", "",
     "a range that a member of the workspace satisfies means the member; unset: as npm, pnpm do",
     "", true},
    {"linker", Choice, "isolated", "isolated", "layout of node_modules", "", true},
    {"location", Choice, "user", "user|project", "which .npmrc `config` writes", ""},
    {"lockfile-also", TextList, "", "package-lock|pnpm",
     "lockfiles of other tools that are kept beside lpm.lock", "", true},
    {"lockfile-only", Boolean, "false", "", "write lpm.lock and leave node_modules alone", ""},
    {"loglevel", Choice, "notice", "silent|error|warn|notice|http|info|verbose|silly",
     "how much to say on stderr", ""},
    {"long", Boolean, "false", "", "everything, not only what is usual", ""},
    {"lpm-home", Path, "~/.lpm", "", "folder of the store, the caches and config.toml", ""},
    {"major", Boolean, "false", "", "as `latest`, but no package goes to a lower version", ""},
    {"maxsockets", Number, "64", "", "most requests at a time to one origin", ""},
    {"message", Text, "%s", "", "commit message of `version`; %s is the version", ""},
    {"min-release-age", Number, "", "",
     "days that a version must have been public before it is picked", "lower"},
    {"min-release-age-exclude", TextList, "", "", "packages that release ages do not concern", ""},
    {"minimum-release-age", Text, "0", "",
     "time that a version must have been public: seconds, or 90m, 12h, 3d, 1w", "lower", true},
    {"minimum-release-age-exclude", TextList, "", "", "packages that release ages do not concern",
     "", true},
    {"node-gyp", Path, "", "", "the node-gyp that scripts use; unset: npm's own", ""},
    {"node-options", Text, "", "", "NODE_OPTIONS for scripts", ""},
    {"noproxy", TextList, "", "", "hosts to reach without proxy", ""},
    {"offline", Boolean, "false", "", "use the store and the caches, never the network", ""},
    {"omit", TextList, "", "dev|optional|peer", "kinds of dependencies that are not installed", ""},
    {"output", Text, "", "", "the file that `export` writes; `-` is standard output", ""},
    {"package-lock", Boolean, "true", "", "read and write a lockfile", ""},
    {"prefer-offline", Boolean, "false", "", "use cached metadata however old it is", ""},
    {"prefer-online", Boolean, "false", "", "ask the registry although cached metadata is fresh",
     ""},
    {"prefix", Path, "", "", "folder of npm's global installation", ""},
    {"preid", Text, "", "", "identifier of pre-releases in `version`", ""},
    {"progress", Boolean, "true", "", "show progress on a terminal", ""},
    {"proxy", Url, "", "", "proxy for http: URLs; for https: ones too when `https-proxy` is unset",
     ""},
    {"recursive", Boolean, "false", "", "in all members of the workspace", ""},
    {"registry", Url, "", "", "the default registry", ""},
    {"replace-bin", TextList, "", "", "commands that a package takes from another in `install -g`",
     ""},
    {"save", Boolean, "true", "", "write added packages into package.json", ""},
    {"save-dev", Boolean, "false", "", "add to devDependencies", ""},
    {"save-exact", Boolean, "false", "", "write exact versions instead of ranges", ""},
    {"save-optional", Boolean, "false", "", "add to optionalDependencies", ""},
    {"save-peer", Boolean, "false", "", "add to peerDependencies", ""},
    {"save-prefix", Text, "^", "", "what stands before the version that is written", ""},
    {"save-prod", Boolean, "false", "", "add to dependencies", ""},
    {"script-shell", Text, "", "", "shell of scripts; unset: sh", ""},
    {"sign-git-commit", Boolean, "false", "", "sign the commit of `version`", ""},
    {"sign-git-tag", Boolean, "false", "", "sign the tag of `version`", ""},
    {"strict-integrity", Boolean, "false", "",
     "refuse archives at URLs of which lpm.lock does not say what they hold", "false", true},
    {"strict-peer-deps", Boolean, "false", "",
     "peer dependencies that cannot all be met are an error", "", true},
    {"strict-ssl", Boolean, "true", "", "verify certificates of registries", "false"},
    {"tag", Text, "latest", "", "dist-tag that stands for a missing range, and that `publish` sets",
     ""},
    {"tag-version-prefix", Text, "v", "", "what stands before the version in git tags", ""},
    {"timing", Boolean, "false", "", "write where the time went", ""},
    {"trust-base", Text, "", "", "the commit whose lpm.lock is believed, instead of HEAD", ""},
    {"user-agent", Text, "", "", "how lpm names itself to registries and scripts", ""},
    {"userconfig", Path, "~/.npmrc", "", "the user's npmrc file", ""},
    {"verify-lockfile", Boolean, "false", "", "compare all of lpm.lock with the registry", "false"},
    {"verify-store", Boolean, "false", "", "compare stored files with their index before linking",
     "false", true},
    {"wait", Boolean, "true", "", "wait for another lpm that works in the project", ""},
    {"workspace", TextList, "", "", "members of the workspace, by name or folder", ""},
    {"workspace-concurrency", Number, "4", "", "scripts of members that run at a time", ""},
    {"workspace-root", Boolean, "false", "", "the root of the workspace, wherever lpm is called",
     ""},
    {"workspaces", Boolean, "false", "", "in all members of the workspace", ""},
    {"yes", Boolean, "false", "", "answer yes to questions", ""},
});

static_assert(std::is_sorted(kTable.begin(), kTable.end(),
                             [](const auto& a, const auto& b) { return a.key < b.key; }));

}  // namespace

std::span<const SettingInfo> setting_table() {
  return kTable;
}

const SettingInfo* find_setting(std::string_view key) {
  const auto found = std::lower_bound(
      kTable.begin(), kTable.end(), key,
      [](const SettingInfo& info, std::string_view wanted) { return info.key < wanted; });
  return found != kTable.end() && found->key == key ? &*found : nullptr;
}

std::string_view name_of(Layer layer) {
  switch (layer) {
    case Layer::Default:
      return "default";
    case Layer::Builtin:
      return "built-in";
    case Layer::GlobalNpmrc:
      return "global npmrc";
    case Layer::UserToml:
      return "user config.toml";
    case Layer::UserNpmrc:
      return "user .npmrc";
    case Layer::ProjectForeign:
      return "project, of another tool";
    case Layer::ProjectManifest:
      return "package.json";
    case Layer::ProjectNpmrc:
      return "project .npmrc";
    case Layer::Environment:
      return "environment";
    case Layer::CommandLine:
      return "command line";
  }
  return "";
}

}  // namespace lpm::config
