#include "ops/global/catalogue.h"

#include <fmt/format.h>

#include "base/text.h"
#include "manifest/name.h"
#include "os/files.h"

namespace lpm::ops::global {
namespace {

using formats::json::Kind;
using formats::json::Value;
using formats::json::Writer;

Error not_understood(const std::string& file, std::string_view reason) {
  return Error(ErrorCode::GLOBAL_STATE,
               fmt::format("the list of global packages is not understood: {}", reason))
      .at(file)
      .hint("move the file away and install the global packages again");
}

bool is_package_name(std::string_view name) {
  return static_cast<bool>(manifest::PackageName::parse(name));
}

}  // namespace

Error newer_format(const std::string& file) {
  return Error(ErrorCode::GLOBAL_STATE, "global packages were changed by a newer lpm")
      .at(file)
      .hint("use the newer lpm for global packages");
}

std::optional<std::uint64_t> read_number(const Value* value) {
  if (value == nullptr || value->kind != Kind::Number) return std::nullopt;
  return parse_decimal(value->string);
}

std::optional<std::vector<std::string>> read_names(const Value* value,
                                                   bool (*is_valid)(std::string_view)) {
  if (value == nullptr || !value->is_array()) return std::nullopt;
  std::vector<std::string> names;
  for (const Value& item : value->items) {
    if (!item.is_string() || !is_valid(item.string)) return std::nullopt;
    names.push_back(item.string);
  }
  return names;
}

void write_names(Writer& json, std::string_view key, const std::vector<std::string>& names) {
  json.key(key).begin_array();
  for (const std::string& name : names) json.value(name);
  json.end_array();
}

std::optional<GlobalPackage> read_row(const Value& value) {
  if (!value.is_object()) return std::nullopt;
  const auto text = [&value](std::string_view key) {
    return std::string(value.text_at(key).value_or(""));
  };
  GlobalPackage package{text("name"), text("spec"), text("version"), text("root"), {}, {}};
  auto commands = read_names(value.find("commands"), is_plain_command);
  auto withheld = read_names(value.find("withheld"), is_plain_command);
  const bool is_valid = is_package_name(package.name) && is_printable(package.spec) &&
                        is_printable(package.version) && is_plain_file_name(package.root) &&
                        commands && withheld;
  if (!is_valid) return std::nullopt;
  package.commands = std::move(*commands);
  package.withheld = std::move(*withheld);
  return package;
}

void write_row(Writer& json, const GlobalPackage& package) {
  json.begin_object().key("name").value(package.name).key("spec").value(package.spec);
  json.key("version").value(package.version).key("root").value(package.root);
  write_names(json, "commands", package.commands);
  write_names(json, "withheld", package.withheld);
  json.end_object();
}

Result<Catalogue> parse_catalogue(std::string_view text, const std::string& file_name) {
  LPM_TRY_ASSIGN(const Value root, formats::json::parse(text, file_name));
  const auto format = read_number(root.find("format"));
  if (!format) return not_understood(file_name, "it names no format");
  if (*format != kFormat) return newer_format(file_name);
  const auto serial = read_number(root.find("serial"));
  const Value* packages = root.find("packages");
  if (!serial || packages == nullptr || !packages->is_array())
    return not_understood(file_name, "`serial` or `packages` is missing");
  Catalogue catalogue;
  catalogue.serial = *serial;
  for (const Value& item : packages->items) {
    std::optional<GlobalPackage> row = read_row(item);
    if (!row) return not_understood(file_name, "a package has an entry of the wrong shape");
    const std::string name = row->name;
    if (!catalogue.packages.emplace(name, std::move(*row)).second)
      return not_understood(file_name, fmt::format("`{}` stands twice", name));
  }
  return catalogue;
}

std::string write_catalogue(const Catalogue& catalogue) {
  Writer json;
  json.begin_object().key("format").value(kFormat).key("serial").value(catalogue.serial);
  json.key("packages").begin_array();
  for (const auto& [name, package] : catalogue.packages) write_row(json, package);
  return json.end_array().end_object().take();
}

Result<Catalogue> load_catalogue(const Places& places) {
  LPM_TRY_ASSIGN(const std::optional<std::string> text, os::read_file_if_exists(places.catalogue));
  if (!text) return Catalogue();
  return parse_catalogue(*text, places.catalogue);
}

Status store_catalogue(const Places& places, const Catalogue& catalogue) {
  LPM_TRY(
      os::write_file_atomic(places.catalogue, write_catalogue(catalogue), os::Durability::Sync));
  return os::sync_directory(places.folder);
}

}  // namespace lpm::ops::global
