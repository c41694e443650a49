// Pages on the web that a manifest names: documentation, repository, issues.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/json.h"
#include "ops/session.h"

namespace lpm::ops {

enum class Page : std::uint8_t { Documentation, Repository, Issues };

// An http(s) URL without password and control characters; "" when the manifest names none.
std::string page_of(const formats::json::Value& manifest, Page page);

// Of the package where lpm was called; of one in the registry when `wish` is not empty. Errors of
// published_versions(); BAD_MANIFEST when none is named.
Result<std::string> find_page(const Session& session, const std::string& wish, Page page);

// The text when it is an http(s) URL that may be shown and opened; else "".
std::string web_page(std::string_view text);

// Starts the program that opens pages, without a shell: `browser`, else the system's. False when
// there is none.
bool open_page(const Session& session, const std::string& url);

}  // namespace lpm::ops
