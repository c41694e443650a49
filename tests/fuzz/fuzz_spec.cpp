// Names and specifiers from anybody: what is admitted is safe as a path, and safe to hand to git.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "manifest/spec.h"

namespace {

using namespace lpm::manifest;

void require(bool holds) {
  if (!holds) std::abort();
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

void check_name(std::string_view name) {
  const auto parsed = PackageName::parse(name);
  if (!parsed) return;
  require(!name.empty() && name.front() != '/' && name.front() != '.' && name.front() != '-');
  require(!has_control(name) && name.find('\\') == std::string_view::npos);
  require(name.find("/.") == std::string_view::npos);
  require(std::count(name.begin(), name.end(), '/') == (name.front() == '@' ? 1 : 0));
}

void check_spec(const DependencySpec& spec) {
  if (const auto* git = std::get_if<GitSpec>(&spec.kind)) {
    const std::string_view url = git->url;
    require(!has_control(url) && !url.starts_with('-') && url.find("ssh://-") != 0 &&
            url.find("git+ssh://-") != 0);
  }
  if (spec.is_alias()) require(spec.is_registry() && PackageName::parse(spec.target).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_name(text);
  if (const auto spec = parse_spec("pkg", text)) check_spec(*spec);
  if (const auto argument = parse_package_argument(text)) {
    const auto spec = argument->name.empty() ? parse_unnamed_spec(argument->spec)
                                             : parse_spec(argument->name, argument->spec);
    require(spec.has_value());
    check_spec(*spec);
  }
  return 0;
}
