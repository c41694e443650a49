#include "resolver/rule_places.h"

namespace lpm::resolver {
namespace {

struct Titles {
  std::string_view kind, own, pnpm_workspace, pnpm;
};
constexpr auto kTitles = std::to_array<Titles>({
    {"overrides", "lpm.overrides", "pnpm-workspace.yaml overrides", "pnpm.overrides"},
    {"packageExtensions", "lpm.packageExtensions", "pnpm-workspace.yaml packageExtensions",
     "pnpm.packageExtensions"},
    {"peerDependencyRules", "lpm.peerDependencyRules", "pnpm-workspace.yaml peerDependencyRules",
     "pnpm.peerDependencyRules"},
});

const formats::json::Value* member(const formats::json::Value& object, std::string_view key) {
  const formats::json::Value* value = object.is_object() ? object.find(key) : nullptr;
  return value == nullptr || value->kind == formats::json::Kind::Null ? nullptr : value;
}

}  // namespace

RulePlaces places_of(const manifest::Manifest& root, std::string_view kind) {
  const Titles* titles = kTitles.data();
  while (titles->kind != kind) ++titles;
  return {{titles->own, "package.json", member(root.lpm, kind)},
          {titles->pnpm_workspace, "pnpm-workspace.yaml", member(root.pnpm_workspace, kind)},
          {titles->pnpm, "package.json", member(root.pnpm, kind)}};
}

}  // namespace lpm::resolver
