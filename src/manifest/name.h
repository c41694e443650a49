// Package names as the registry admits them (npm's validate-npm-package-name).
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lpm::manifest {

struct NameVerdict {
  bool valid_for_new = false;
  bool valid_for_old = false;         // legacy names that exist: capitals, long, some characters
  std::vector<std::string> problems;  // the sentences of errors, then warnings
};
NameVerdict judge_name(std::string_view name);

// A name that may be asked for and put below node_modules (valid for old packages, safe as a path).
class PackageName {
 public:
  static Result<PackageName> parse(std::string_view text);  // BAD_NAME
  const std::string& str() const { return name_; }
  std::string_view scope() const;  // "@scope" or ""
  std::string_view base() const;   // without the scope
  bool operator==(const PackageName&) const = default;
  auto operator<=>(const PackageName&) const = default;

 private:
  explicit PackageName(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

}  // namespace lpm::manifest
