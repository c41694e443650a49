// What the fake registry keeps per package, and the documents made of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/archive.h"
#include "support/json_value.h"

namespace lpm::support {

struct PublishedVersion {
  std::string name;
  std::string version;
  JsonValue manifest;  // package.json
  JsonValue packument_patch;
  JsonValue package_json_patch;
  JsonValue attestations;
  std::vector<TarEntry> files;
  std::vector<TarEntry> extra_entries;
  std::optional<std::string> raw_tarball;
  std::optional<std::string> integrity;
  bool has_integrity = true;
  bool has_shasum = true;
  std::string time = "2024-01-01T00:00:00.000Z";
  std::string built_tarball;  // made on first need; emptied by every change
};

struct PublishedPackage {
  std::string name;
  std::vector<std::unique_ptr<PublishedVersion>>
      versions;  // in order of publishing; stable addresses
  JsonValue tags = JsonValue::object();
  bool tagged_by_hand = false;
  JsonValue packument_patch;
  PublishedVersion* find(std::string_view version) const;
};

const std::string& tarball_of(PublishedVersion& version);
std::string tarball_file_name(std::string_view name,
                              std::string_view version);  // "b-1.0.0.tgz" for "@a/b"

enum class DocumentKind { Full, Abbreviated };
// `base_url` ends in a slash.
std::string document_of(PublishedPackage& package, DocumentKind kind, std::string_view base_url);
JsonValue version_document(PublishedVersion& version, std::string_view base_url);

}  // namespace lpm::support
