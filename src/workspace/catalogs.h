// Catalogs: named lists of specifiers that `catalog:` stands for (docs/workspaces.md).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/json.h"
#include "manifest/manifest.h"

namespace lpm::formats::yaml {
struct Value;
}

namespace lpm::workspace {

struct Dependent;

class Catalogs {
 public:
  // `catalog` and `catalogs` of a package.json, in `workspaces`, at the top and in `lpm`.
  // BAD_WORKSPACE with the place of an entry that is no text, is defined twice in different ways,
  // or stands for something that a catalog cannot hold.
  Status read_manifest(std::string_view text);
  // The same of pnpm-workspace.yaml.
  Status read_yaml(const formats::yaml::Value& root, std::string_view file);

  // The manifest with what its `catalog:` specifiers stand for. BAD_SPEC with the place.
  Result<manifest::Manifest> applied_to(const Dependent& dependent) const;

 private:
  struct Entry {
    std::string spec;
    std::string place;
  };
  using Catalog = std::map<std::string, Entry, std::less<>>;

  Status add(const std::string& catalog, const std::string& name, Entry entry);
  Status read_one(std::string_view text, const std::string& catalog,
                  const formats::json::Value& entries);
  Status read_group(std::string_view text, const formats::json::Value& group);
  Error missing(const Dependent& dependent, const std::string& field, const std::string& name,
                const std::string& catalog) const;

  std::map<std::string, Catalog, std::less<>> catalogs_;  // "" is the default one
};

}  // namespace lpm::workspace
