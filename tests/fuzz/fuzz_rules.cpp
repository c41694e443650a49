// Overrides in all forms, package extensions and rules about peers of a package.json. Promises:
// none of their shapes is too odd to be read or refused; the text that stands for them in lpm.lock
// is a function of what they say, not of the reading; it is JSON where it is one. Inputs: up to
// 8 KiB.
#include "formats/json.h"
#include "fuzz.h"
#include "manifest/package_json.h"
#include "resolver/resolver.h"

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
  return 0;
}
