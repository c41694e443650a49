// One reader per format; foreign.cpp chooses. Each has a file of its own.
#pragma once

#include <string_view>

#include "foreign/foreign.h"
#include "formats/json.h"

namespace lpm::foreign {

Result<ForeignLock> read_package_lock(Format format, std::string_view text,
                                      std::string_view file_name);
Result<ForeignLock> read_yarn_classic(std::string_view text, std::string_view file_name);
Result<ForeignLock> read_yarn_berry(std::string_view text, std::string_view file_name);
Result<ForeignLock> read_pnpm_lock(std::string_view text, std::string_view file_name);
Result<ForeignLock> read_bun_lock(std::string_view text, std::string_view file_name);

// Maps of JSON lockfiles: name -> specifier; what is no text is left out.
void add_json_edges(std::vector<Edge>& edges, const formats::json::Value* map,
                    manifest::DependencyKind kind);
// A text or a list of texts, as os, cpu and libc are written.
std::vector<std::string> json_texts(const formats::json::Value* value);
manifest::PlatformFilter json_platform(const formats::json::Value& object);
bool json_flag(const formats::json::Value& object, std::string_view key);

}  // namespace lpm::foreign
