#include "support/fake_registry.h"
#include "support/published.h"

namespace lpm::support {

// Every change is made under the registry's lock and voids the built archive.
#define LPM_CHANGE(statement)        \
  do {                               \
    std::lock_guard lock(*mutex_);   \
    version_->built_tarball.clear(); \
    statement;                       \
    return *this;                    \
  } while (false)

PackageBuilder& PackageBuilder::depend(std::string_view section, std::string_view name,
                                       std::string_view range) {
  LPM_CHANGE(version_->manifest[section][name] = range);
}
PackageBuilder& PackageBuilder::depends(std::string_view name, std::string_view range) {
  return depend("dependencies", name, range);
}
PackageBuilder& PackageBuilder::dev_depends(std::string_view name, std::string_view range) {
  return depend("devDependencies", name, range);
}
PackageBuilder& PackageBuilder::optional_depends(std::string_view name, std::string_view range) {
  return depend("optionalDependencies", name, range);
}
PackageBuilder& PackageBuilder::peer(std::string_view name, std::string_view range) {
  return depend("peerDependencies", name, range);
}
PackageBuilder& PackageBuilder::optional_peer(std::string_view name, std::string_view range) {
  peer(name, range);
  LPM_CHANGE(version_->manifest["peerDependenciesMeta"][name]["optional"] = true);
}
PackageBuilder& PackageBuilder::bundles(std::string_view name) {
  LPM_CHANGE(version_->manifest["bundleDependencies"].push(name));
}
PackageBuilder& PackageBuilder::bin(std::string_view command, std::string_view path) {
  LPM_CHANGE(version_->manifest["bin"][command] = path);
}
PackageBuilder& PackageBuilder::os(std::initializer_list<std::string> names) {
  LPM_CHANGE(version_->manifest["os"] = JsonValue::strings(names));
}
PackageBuilder& PackageBuilder::cpu(std::initializer_list<std::string> names) {
  LPM_CHANGE(version_->manifest["cpu"] = JsonValue::strings(names));
}
PackageBuilder& PackageBuilder::libc(std::initializer_list<std::string> names) {
  LPM_CHANGE(version_->manifest["libc"] = JsonValue::strings(names));
}
PackageBuilder& PackageBuilder::engines(std::string_view name, std::string_view range) {
  return depend("engines", name, range);
}
PackageBuilder& PackageBuilder::script(std::string_view name, std::string_view command) {
  return depend("scripts", name, command);
}
PackageBuilder& PackageBuilder::deprecated(std::string_view message) {
  LPM_CHANGE(version_->packument_patch["deprecated"] = message);
}
PackageBuilder& PackageBuilder::published(std::string_view iso_time) {
  LPM_CHANGE(version_->time = iso_time);
}
PackageBuilder& PackageBuilder::manifest(const JsonValue& patch) {
  LPM_CHANGE(version_->manifest.merge(patch));
}
PackageBuilder& PackageBuilder::packument_only(const JsonValue& patch) {
  LPM_CHANGE(version_->packument_patch.merge_patch(patch));
}
PackageBuilder& PackageBuilder::package_json_only(const JsonValue& patch) {
  LPM_CHANGE(version_->package_json_patch.merge_patch(patch));
}
PackageBuilder& PackageBuilder::attestations(JsonValue document) {
  LPM_CHANGE(version_->attestations = std::move(document));
}
PackageBuilder& PackageBuilder::file(std::string_view path, std::string_view content,
                                     unsigned mode) {
  LPM_CHANGE(version_->files.push_back(
      {.name = "package/" + std::string(path), .content = std::string(content), .mode = mode}));
}
PackageBuilder& PackageBuilder::entry(TarEntry entry) {
  LPM_CHANGE(version_->extra_entries.push_back(std::move(entry)));
}
PackageBuilder& PackageBuilder::tarball(std::string bytes) {
  LPM_CHANGE(version_->raw_tarball = std::move(bytes));
}
PackageBuilder& PackageBuilder::integrity(std::string_view text) {
  LPM_CHANGE(version_->integrity = text);
}
PackageBuilder& PackageBuilder::shasum_only() {
  LPM_CHANGE(version_->has_integrity = false);
}
PackageBuilder& PackageBuilder::no_hash() {
  LPM_CHANGE(version_->has_integrity = false; version_->has_shasum = false);
}

}  // namespace lpm::support
