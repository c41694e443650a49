// Overrides in all forms, package extensions and rules about peers of a package.json. Promises:
// none of their shapes is too odd to be read or refused; the text that stands for them in lpm.lock
// is a function of what they say, not of the reading; it is JSON where it is one; a pattern `*` is
// any peer, and an extension is found under its name. Inputs: up to 8 KiB.
#include <algorithm>

#include "formats/json.h"
#include "fuzz.h"
#include "manifest/package_json.h"
#include "resolver/extensions.h"
#include "resolver/peer_rules.h"
#include "resolver/resolver.h"

namespace lpm::resolver {
namespace {

bool has_star(const manifest::Manifest& root, std::string_view list) {
  const formats::json::Value* rules =
      root.lpm.is_object() ? root.lpm.find("peerDependencyRules") : nullptr;
  const formats::json::Value* names =
      rules != nullptr && rules->is_object() ? rules->find(list) : nullptr;
  return names != nullptr && names->is_array() &&
         std::any_of(names->items.begin(), names->items.end(),
                     [](const auto& item) { return item.is_string() && item.string == "*"; });
}

void check_peer_rules(const manifest::Manifest& root) {
  const auto rules = PeerRules::parse(root);
  if (!rules) return;
  const auto version = *semver::Version::parse("1.0.0");
  for (const std::string_view peer : {"p", "@s/p", "pxqy"}) {
    fuzz::require(rules->ignores_missing(peer) || !has_star(root, "ignoreMissing"),
                  "`*` ignores any missing peer");
    fuzz::require(rules->allows({"a", version}, peer, version) || !has_star(root, "allowAny"),
                  "`*` allows any peer");
  }
}

void check_extensions(const manifest::Manifest& root) {
  const auto extensions = Extensions::parse(root);
  if (!extensions) return;
  const auto version = *semver::Version::parse("1.0.0");
  for (const ExtensionId id : extensions->of("a", version)) {
    const Extension& one = (*extensions)[id];
    fuzz::require(!one.range || one.range->contains(version), "an extension is of the version");
    fuzz::require(extensions->has(one.title), "an extension is found by its title");
  }
}

}  // namespace
}  // namespace lpm::resolver

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm;
  constexpr std::size_t kMostBytes = 8U << 10;
  if (size > kMostBytes) return fuzz::kTurnedAway;
  auto manifest = manifest::read_manifest(fuzz::text_of(data, size), "package.json",
                                          manifest::Strictness::Package);
  if (!manifest) return 0;
  // What pnpm-workspace.yaml would say.
  if (const auto* yaml = manifest->lpm.is_object() ? manifest->lpm.find("workspace") : nullptr)
    manifest->pnpm_workspace = *yaml;
  for (const auto text_of : {resolver::overrides_text, resolver::extensions_text}) {
    const std::string text = text_of(*manifest);
    fuzz::require(text == text_of(*manifest), "the same rules have one text");
    fuzz::require(text.empty() || text == "?" || formats::json::parse(text, "rules"),
                  "the text of rules is JSON");
  }
  fuzz::require(resolver::peer_rules_text(*manifest) == resolver::peer_rules_text(*manifest),
                "the same rules have one text");
  resolver::check_peer_rules(*manifest);
  resolver::check_extensions(*manifest);
  return 0;
}
