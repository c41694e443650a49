// Keys of npm and pnpm that change nothing in lpm: known, so that nobody is left to believe that
// they do (tests/compat/npmrc.tsv has them all, with those that lpm follows).
#pragma once

#include <span>
#include <string_view>

namespace lpm::config {

struct ForeignKey {
  std::string_view key;
  std::string_view tools;       // "npm", "pnpm", "npm and pnpm"
  std::string_view met_anyway;  // the value that asks for what lpm does anyway; "" when none does
};
std::span<const ForeignKey> foreign_keys();  // keys in bytewise order
const ForeignKey* find_foreign_key(std::string_view key);

// A value that another tool has for a setting of ours, as ours: `color = never` is `false`. The
// value itself when it is none.
std::string_view canonical_value(std::string_view key, std::string_view value);

}  // namespace lpm::config
