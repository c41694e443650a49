// Catalogue: what is installed globally, as `installed.json` holds it (docs/formats/global.md).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/json.h"
#include "ops/global/global.h"
#include "ops/global/places.h"

namespace lpm::ops::global {

inline constexpr std::uint64_t kFormat = 1;  // of the catalogue and of the log's records

struct Catalogue {
  std::uint64_t serial = 0;                                    // of the last change
  std::map<std::string, GlobalPackage, std::less<>> packages;  // by name
  bool operator==(const Catalogue&) const = default;
};

// GLOBAL_STATE, BAD_JSON.
Result<Catalogue> parse_catalogue(std::string_view text, const std::string& file_name);
std::string write_catalogue(const Catalogue& catalogue);

// Empty when there is no file.
Result<Catalogue> load_catalogue(const Places& places);
Status store_catalogue(const Places& places, const Catalogue& catalogue);

// Rows stand in the log, too. Nothing when a member is missing or may not be used as it is.
std::optional<GlobalPackage> read_row(const formats::json::Value& value);
void write_row(formats::json::Writer& json, const GlobalPackage& package);
// Nothing unless it is an array of strings that `is_valid` admits.
std::optional<std::vector<std::string>> read_names(const formats::json::Value* value,
                                                   bool (*is_valid)(std::string_view));
std::optional<std::uint64_t> read_number(const formats::json::Value* value);
void write_names(formats::json::Writer& json, std::string_view key,
                 const std::vector<std::string>& names);

Error newer_format(const std::string& file);

}  // namespace lpm::ops::global
