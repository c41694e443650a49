#include "resolver/names.h"

namespace lpm::resolver {

std::optional<VersionId> Name::version_id(std::string_view version_text) {
  for (VersionId id = 0; id < versions.size(); ++id)
    if (versions[id].text == version_text) return id;
  auto parsed = semver::Version::parse(version_text);
  if (!parsed) return std::nullopt;
  KnownVersion& version = versions.emplace_back();
  version.text = version_text;
  version.parsed = *std::move(parsed);
  return static_cast<VersionId>(versions.size() - 1);
}

void Name::renew_source_version() {
  if (versions.empty() || packument->version_count() == 0) return;
  KnownVersion& version = versions.front();
  version.text = packument->version_text(0);
  version.parsed = packument->version(0);
  version.published = 0;
}

VersionId Name::version_id(manifest::VersionIndex published) {
  for (VersionId id = 0; id < versions.size(); ++id)
    if (versions[id].published == published) return id;
  KnownVersion& version = versions.emplace_back();
  version.text = packument->version_text(published);
  version.parsed = packument->version(published);
  version.published = published;
  return static_cast<VersionId>(versions.size() - 1);
}

}  // namespace lpm::resolver
