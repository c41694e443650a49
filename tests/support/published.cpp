#include "support/published.h"

#include <algorithm>
#include <array>

namespace lpm::support {
namespace {

// What an abbreviated document keeps of a version.
constexpr std::array kAbbreviatedKeys = {"name",
                                         "version",
                                         "deprecated",
                                         "dependencies",
                                         "optionalDependencies",
                                         "devDependencies",
                                         "peerDependencies",
                                         "peerDependenciesMeta",
                                         "bundleDependencies",
                                         "bundledDependencies",
                                         "bin",
                                         "directories",
                                         "engines",
                                         "os",
                                         "cpu",
                                         "libc",
                                         "dist",
                                         "_hasShrinkwrap",
                                         "hasInstallScript"};

bool has_install_script(const JsonValue& manifest) {
  const JsonValue& scripts = manifest.at("scripts");
  return scripts.has("preinstall") || scripts.has("install") || scripts.has("postinstall");
}

JsonValue dist_of(PublishedVersion& version, std::string_view base_url) {
  const std::string& bytes = tarball_of(version);
  JsonValue dist = JsonValue::object();
  if (version.has_integrity)
    dist["integrity"] = version.integrity.value_or(sha512_integrity(bytes));
  if (version.has_shasum) dist["shasum"] = sha1_hex(bytes);
  dist["tarball"] = std::string(base_url) + version.name + "/-/" +
                    tarball_file_name(version.name, version.version);
  std::size_t unpacked = 0;
  for (const TarEntry& file : version.files) unpacked += file.content.size();
  dist["fileCount"] = version.files.size() + 1;
  dist["unpackedSize"] = unpacked;
  if (!version.attestations.is_null()) {
    JsonValue& named = dist["attestations"];
    named["url"] =
        std::string(base_url) + "-/npm/v1/attestations/" + version.name + "@" + version.version;
    named["provenance"]["predicateType"] = "https://slsa.dev/provenance/v1";
  }
  return dist;
}

}  // namespace

PublishedVersion* PublishedPackage::find(std::string_view version) const {
  for (const auto& candidate : versions)
    if (candidate->version == version) return candidate.get();
  return nullptr;
}

std::string tarball_file_name(std::string_view name, std::string_view version) {
  std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  return std::string(name) + "-" + std::string(version) + ".tgz";
}

const std::string& tarball_of(PublishedVersion& version) {
  if (version.raw_tarball) return *version.raw_tarball;
  if (!version.built_tarball.empty()) return version.built_tarball;
  std::vector<TarEntry> entries;
  bool own_manifest =
      std::any_of(version.files.begin(), version.files.end(),
                  [](const TarEntry& file) { return file.name == "package/package.json"; });
  if (!own_manifest) {
    JsonValue manifest = version.manifest;
    if (!version.package_json_patch.is_null()) manifest.merge(version.package_json_patch);
    entries.push_back({.name = "package/package.json", .content = manifest.dump_pretty()});
  }
  entries.insert(entries.end(), version.files.begin(), version.files.end());
  entries.insert(entries.end(), version.extra_entries.begin(), version.extra_entries.end());
  version.built_tarball = gzip(write_tar(entries));
  return version.built_tarball;
}

JsonValue version_document(PublishedVersion& version, std::string_view base_url) {
  JsonValue document = version.manifest;
  document["_id"] = version.name + "@" + version.version;
  document["dist"] = dist_of(version, base_url);
  if (!version.packument_patch.is_null()) document.merge(version.packument_patch);
  return document;
}

std::string document_of(PublishedPackage& package, DocumentKind kind, std::string_view base_url) {
  bool full = kind == DocumentKind::Full;
  JsonValue document = JsonValue::object();
  if (full) document["_id"] = package.name;
  document["name"] = package.name;
  document["dist-tags"] = package.tags;
  std::string modified = "1970-01-01T00:00:00.000Z";
  for (const auto& version : package.versions) modified = std::max(modified, version->time);
  if (!full) document["modified"] = modified;
  JsonValue& versions = document["versions"] = JsonValue::object();
  for (const auto& version : package.versions) {
    JsonValue whole = version_document(*version, base_url);
    if (full) {
      versions[version->version] = std::move(whole);
      continue;
    }
    if (has_install_script(whole)) whole["hasInstallScript"] = true;
    JsonValue& kept = versions[version->version] = JsonValue::object();
    for (const char* key : kAbbreviatedKeys)
      if (const JsonValue* value = whole.find(key)) kept[key] = *value;
  }
  if (full) {
    JsonValue& time = document["time"];
    time["created"] = package.versions.empty() ? modified : package.versions.front()->time;
    time["modified"] = modified;
    for (const auto& version : package.versions) time[version->version] = version->time;
    document["readme"] = "";
  }
  if (!package.packument_patch.is_null()) document.merge(package.packument_patch);
  return document.dump();
}

}  // namespace lpm::support
