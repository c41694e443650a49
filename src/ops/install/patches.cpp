#include "ops/install/patches.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/crypto.h"
#include "manifest/spec.h"
#include "ops/install/project.h"
#include "os/files.h"
#include "semver/semver.h"

namespace lpm::ops::install {
namespace {

using formats::json::Value;

constexpr std::string_view kField = "patchedDependencies";
constexpr std::string_view kOfPnpm = "pnpm-workspace.yaml patchedDependencies";

// The more a rule says the more it counts.
int weight_of(std::string_view range, const std::string& version) {
  if (range.empty()) return 1;
  if (range == version) return 3;
  const auto wanted = semver::Range::parse(range);
  const auto found = semver::Version::parse(version);
  const bool fits = wanted && found && wanted->contains(*found, semver::Prereleases::Any);
  return fits ? 2 : 0;
}

// `name`, `name@range`.
std::pair<std::string, std::string> split_key(const std::string& key) {
  const std::size_t at = key.find('@', 1);
  if (key.empty() || at == std::string::npos) return {key, ""};
  return {key.substr(0, at), key.substr(at + 1)};
}

// Whatever else stands in an override: it is another one's to judge.
void add_texts(const Value& value, std::vector<std::string>& texts) {
  if (value.is_string()) texts.push_back(value.string);
  for (const auto& [key, member] : value.members) add_texts(member, texts);
}

}  // namespace

Result<Patches> Patches::read(const Project& project) {
  Patches patches;
  patches.directory_ = project.directory;
  const manifest::Manifest& root = project.manifest;
  const auto member = [](const Value& object) {
    const Value* value = object.is_object() ? object.find(kField) : nullptr;
    return value == nullptr ? Value() : *value;
  };
  LPM_TRY(patches.read_map(project, member(root.lpm), "lpm.patchedDependencies"));
  LPM_TRY(patches.read_map(project, member(root.pnpm_workspace), std::string(kOfPnpm)));
  LPM_TRY(patches.read_map(project, member(root.pnpm), "pnpm.patchedDependencies"));
  LPM_TRY(patches.read_map(project, root.patched_dependencies, std::string(kField)));
  LPM_TRY(patches.read_references(project));
  return patches;
}

Status Patches::read_map(const Project& project, const Value& map, const std::string& title) {
  if (map.kind == formats::json::Kind::Null) return {};
  const auto refuse = [&](std::string_view what) {
    return Error(ErrorCode::BAD_MANIFEST, fmt::format("`{}` {}", title, what))
        .at(project.directory)
        .hint("write it as `{\"name@1.0.0\": \"patches/name.patch\"}`");
  };
  if (!map.is_object()) return refuse("is no object");
  for (const auto& [key, path] : map.members) {
    auto [name, range] = split_key(key);
    if (!path.is_string()) return refuse(fmt::format("names no file for `{}`", key));
    if (!range.empty() && !semver::Range::parse(range))
      return refuse(fmt::format("has `{}`, and `{}` is no range", key, range));
    const bool is_known = std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
      return rule.name == name && rule.range == range;
    });
    if (is_known) continue;
    Rule rule{fmt::format("`{}` of `{}`", key, title), std::move(name), std::move(range), {}};
    rule.is_of_pnpm = title == kOfPnpm;
    LPM_TRY_ASSIGN(const linker::PatchFile* file, file_at("", path.string, rule.title));
    rule.patch.files.push_back(file);
    rules_.push_back(std::move(rule));
  }
  return {};
}

// Yarn has them where dependencies, or what replaces them, are asked for.
Status Patches::read_references(const Project& project) {
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    const ProjectPackage& package = project.package(i);
    const std::string folder = package.path == "." ? "" : package.path + "/";
    for (const manifest::DependencyKind kind :
         {manifest::DependencyKind::Production, manifest::DependencyKind::Development,
          manifest::DependencyKind::Optional})
      for (const auto& [name, text] : pairs_of(package.manifest, kind))
        LPM_TRY(
            add_reference(folder, text, fmt::format("`{}` of {}", name, package.manifest_path())));
  }
  std::vector<std::string> texts;
  for (const Value* rules : {&project.manifest.overrides, &project.manifest.resolutions})
    add_texts(*rules, texts);
  for (const std::string& text : texts) LPM_TRY(add_reference("", text, fmt::format("`{}`", text)));
  return {};
}

Status Patches::add_reference(const std::string& folder, const std::string& text,
                              const std::string& title) {
  const auto reference = manifest::parse_patch_reference(text);
  if (!reference || reference->files.empty()) return {};
  Rule rule{title, reference->name, reference->spec, {}};
  for (const std::string& path : reference->files) {
    const bool is_from_root = path.starts_with("~/");
    LPM_TRY_ASSIGN(
        const linker::PatchFile* file,
        file_at(is_from_root ? "" : folder, is_from_root ? path.substr(2) : path, title));
    rule.patch.files.push_back(file);
  }
  rules_.push_back(std::move(rule));
  return {};
}

// Read once, however many ask for it. `folder` is "" or ends in a slash.
Result<const linker::PatchFile*> Patches::file_at(const std::string& folder,
                                                  const std::string& path,
                                                  const std::string& title) {
  const auto safe = formats::SafeRelativePath::parse(folder + path);
  if (!safe || path.starts_with('/'))
    return Error(ErrorCode::BAD_PATCH,
                 fmt::format("{} is `{}`, which is not inside the project", title, path));
  for (const linker::PatchFile& known : files_)
    if (known.name == safe->str()) return &known;
  const std::string place = directory_ + "/" + safe->str();
  LPM_TRY_ASSIGN(const std::optional<std::string> text, os::read_file_if_exists(place));
  if (!text)
    return Error(ErrorCode::BAD_PATCH, fmt::format("there is no `{}`", safe->str()))
        .at(place)
        .fact("asked for by", title);
  LPM_TRY_ASSIGN(std::vector<formats::FilePatch> changes, formats::parse_patch(*text, safe->str()));
  const std::string plain = replace_all(*text, "\r\n", "\n");
  files_.push_back({safe->str(), to_hex(crypto::sha256(as_bytes(plain))), std::move(changes)});
  return &files_.back();
}

const Patches::Rule* Patches::rule_for(const graph::Package& package) const {
  const Rule* best = nullptr;
  int most = 0;
  for (const Rule& rule : rules_) {
    const int weight = rule.name == package.name ? weight_of(rule.range, package.version) : 0;
    if (weight > most) best = &rule;
    most = std::max(most, weight);
  }
  return best;
}

void Patches::add_to(linker::LinkPlan& plan, const graph::DependencyGraph& graph) const {
  if (rules_.empty()) return;
  for (linker::PlannedPackage& planned : plan.packages) {
    const Rule* rule = rule_for(graph[planned.id]);
    if (rule == nullptr) continue;
    planned.private_copy = true;
    planned.patch = rule->patch;
  }
}

std::vector<std::string> Patches::unused(const graph::DependencyGraph& graph) const {
  std::vector<std::string> warnings;
  for (const Rule& rule : rules_) {
    const bool is_used =
        std::any_of(graph.packages.begin(), graph.packages.end(),
                    [&](const graph::Package& package) { return rule_for(package) == &rule; });
    if (!is_used)
      warnings.push_back(fmt::format("{} is used for no installed package", rule.title));
  }
  return warnings;
}

void Patches::add_to(foreign::LockSource& source, foreign::Format format) const {
  const auto is_theirs = [&](const Rule& rule) {
    return rule.is_of_pnpm && format == foreign::Format::Pnpm;
  };
  for (const Rule& rule : rules_) {
    const std::string key = rule.range.empty() ? rule.name : rule.name + "@" + rule.range;
    if (is_theirs(rule))
      source.patches[key] = rule.patch.files.front()->digest;
    else
      source.other_patches.push_back(rule.title);
  }
  if (source.patches.empty()) return;
  for (const graph::Package& package : source.graph.packages) {
    const Rule* rule = rule_for(package);
    const bool is_told = rule != nullptr && is_theirs(*rule);
    source.patch_hashes.push_back(is_told ? rule->patch.files.front()->digest : "");
  }
}

std::vector<std::string> Patches::files() const {
  std::vector<std::string> paths;
  for (const linker::PatchFile& file : files_) paths.push_back(directory_ + "/" + file.name);
  return paths;
}

}  // namespace lpm::ops::install
