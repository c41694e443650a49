#include "workspace/definition.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "formats/json.h"

namespace lpm::workspace {
namespace {

constexpr std::string_view kManifestFile = "package.json";

// "package.json:4:18", of the pattern with this index.
std::string place_of_pattern(std::string_view text, std::size_t index) {
  const auto root = formats::json::parse(text, kManifestFile);
  const formats::json::Value* list = root ? root->find("workspaces") : nullptr;
  if (list != nullptr && list->is_object()) list = list->find("packages");
  if (list == nullptr || !list->is_array() || index >= list->items.size())
    return std::string(kManifestFile);
  const auto position = formats::json::position_of(text, list->items[index].begin);
  return fmt::format("{}:{}:{}", kManifestFile, position.line, position.column);
}

}  // namespace

bool Definition::takes(std::string_view path) const {
  const std::vector<std::string_view> parts = split(path, '/');
  for (auto pattern = patterns.rbegin(); pattern != patterns.rend(); ++pattern)
    if (matches(*pattern, parts)) return !pattern->excludes;
  return false;
}

Result<Definition> read_definition(const manifest::Manifest& manifest, std::string_view text) {
  Definition definition;
  for (std::size_t i = 0; i < manifest.workspaces.size(); ++i) {
    const std::string& written = manifest.workspaces[i];
    std::optional<std::vector<Pattern>> patterns = parse_pattern(written);
    if (!patterns)
      return Error(ErrorCode::BAD_WORKSPACE,
                   fmt::format("the pattern `{}` of `workspaces` is not understood", written))
          .at(place_of_pattern(text, i))
          .hint(
              "patterns are relative to this folder and stay below it, for example "
              "`packages/*`");
    for (Pattern& pattern : *patterns) definition.patterns.push_back(std::move(pattern));
  }
  return definition;
}

}  // namespace lpm::workspace
