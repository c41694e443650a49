#include "security/recipes.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "security/paths.h"

namespace lpm::security {
namespace {

constexpr std::array<std::string_view, 10> kExact = {
    "node-gyp rebuild",
    "node-gyp rebuild --release",
    "node-gyp rebuild --debug",
    "electron-rebuild",
    "tsc",
    "tsc -b",
    "tsc --build",
    "prisma generate",
    "husky",
    "husky install",
};

// Names that by custom fetch a program; what they do has to be seen.
bool is_installer_name(std::string_view file) {
  const std::string name = to_lower_ascii(base_name(file));
  const std::string stem = name.substr(0, name.find('.'));
  return stem == "install" || stem == "postinstall" || stem == "preinstall";
}

bool is_own_script(std::string_view path) {
  if (!is_plain_inner_path(path) || is_installer_name(path)) return false;
  const std::vector<std::string_view> parts = split(path, '/');
  if (std::find(parts.begin(), parts.end(), "node_modules") != parts.end()) return false;
  return path.ends_with(".js") || path.ends_with(".cjs") || path.ends_with(".mjs");
}

}  // namespace

bool is_known_recipe(std::span<const Word> words) {
  std::string text;
  for (const Word& word : words) {
    if (word.expands || word.disguised || word.value.find(' ') != std::string::npos) return false;
    if (!text.empty()) text.push_back(' ');
    text.append(word.value);
  }
  if (text.empty()) return false;
  if (std::find(kExact.begin(), kExact.end(), text) != kExact.end()) return true;
  if (words.size() == 2 && words[0].value == "node") return is_own_script(words[1].value);
  return words.size() == 3 && words[0].value == "tsc" &&
         (words[1].value == "-p" || words[1].value == "--project") &&
         is_plain_inner_path(words[2].value);
}

}  // namespace lpm::security
