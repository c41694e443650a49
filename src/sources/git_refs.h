// From a branch, tag or range to a commit, by what `git ls-remote` prints.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "manifest/manifest.h"

namespace lpm::sources {

// 40 (or 64) hex digits.
bool is_commit(std::string_view text);
// Hex digits that may begin a commit.
bool may_be_short_commit(std::string_view text);

// The commit of the specifier's branch, tag or range; of HEAD when it names none. Nothing when
// there is no such.
std::optional<std::string> commit_of(std::string_view listing, const manifest::GitSpec& spec);

// Tags and branches for a message: "main, v1.0.0, v1.1.0, 7 more".
std::string shown_refs(std::string_view listing, bool only_tags);

}  // namespace lpm::sources
