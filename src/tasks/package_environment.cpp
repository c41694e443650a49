#include "tasks/package_environment.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/text.h"

namespace lpm::tasks {
namespace {

using formats::json::Kind;
using formats::json::Value;

// What no environment can hold is left out: a name with `=`, a NUL byte.
void put(Variables& variables, const std::string& name, std::string value) {
  if (name.find('=') != std::string::npos) return;
  if (name.find('\0') != std::string::npos || value.find('\0') != std::string::npos) return;
  variables[name] = std::move(value);
}

void add_value(const std::string& name, const Value& value, Variables& variables) {
  switch (value.kind) {
    case Kind::Null:
      return put(variables, name, "");
    case Kind::Boolean:
      return put(variables, name, value.boolean ? "true" : "");
    case Kind::Number:
      return put(variables, name, javascript_number(value.number));
    case Kind::String:
      return put(variables, name, value.string);
    case Kind::Array: {
      std::size_t index = 0;
      for (const Value& item : value.items)
        add_value(fmt::format("{}_{}", name, index++), item, variables);
      return;
    }
    case Kind::Object:
      for (const auto& [key, member] : value.members)
        add_value(name + "_" + key, member, variables);
  }
}

}  // namespace

std::string clean_relative_path(std::string_view path) {
  std::vector<std::string> kept;
  const std::string slashes = replace_all(std::string(path), "\\", "/");
  for (std::string_view part : split(slashes, '/')) {
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!part.empty() && part != ".") {
      kept.emplace_back(part);
    }
  }
  return join(kept, "/");
}

std::string javascript_number(double number) {
  if (number == 0) return "0";
  const double size = std::fabs(number);
  const auto format =
      size >= 1e21 || size < 1e-6 ? std::chars_format::scientific : std::chars_format::fixed;
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format).ptr;
  return replace_all(std::string(buffer.data(), end), "e-0", "e-");
}

void add_package_variables(const manifest::Manifest& manifest, Variables& variables) {
  if (!manifest.name.empty()) put(variables, "npm_package_name", manifest.name);
  if (!manifest.version.empty()) put(variables, "npm_package_version", manifest.version);
  if (manifest.config.kind != Kind::Null)
    add_value("npm_package_config", manifest.config, variables);
  if (manifest.engines.kind != Kind::Null)
    add_value("npm_package_engines", manifest.engines, variables);
  for (const auto& [command, path] : manifest.bins) {
    const std::string target = clean_relative_path(path);
    if (!target.empty()) put(variables, "npm_package_bin_" + command, target);
  }
}

}  // namespace lpm::tasks
