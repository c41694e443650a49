// Package extensions: what the project adds to packages whose own manifests are wrong
// (docs/resolution.md, section 2).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"

namespace lpm::resolver {

using ExtensionId = std::uint32_t;
inline constexpr ExtensionId kNoExtension = UINT32_MAX;

struct Extension {
  std::string title;                   // "pnpm.packageExtensions > a@^1"
  std::optional<semver::Range> range;  // nothing: every version
  manifest::StringPairs dependencies;  // by name, as the others
  manifest::StringPairs optional_dependencies;
  manifest::StringPairs peers;
  std::vector<std::string> optional_peers;
};

class Extensions {
 public:
  // BAD_RULE for wrong shapes, with the file.
  static Result<Extensions> parse(const manifest::Manifest& root);

  bool empty() const { return extensions_.empty(); }
  // Those that hold for a package, what goes before first.
  std::vector<ExtensionId> of(std::string_view name, const semver::Version& version) const;
  const Extension& operator[](ExtensionId id) const { return extensions_[id]; }
  const std::vector<Extension>& all() const { return extensions_; }
  bool has(std::string_view title) const;
  // The same for the same extensions, in whatever order they are written; "" without any.
  const std::string& canonical_text() const { return canonical_text_; }

 private:
  std::vector<Extension> extensions_;
  std::map<std::string, std::vector<ExtensionId>, std::less<>> by_name_;
  std::string canonical_text_;
};

}  // namespace lpm::resolver
