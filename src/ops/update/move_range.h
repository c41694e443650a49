// How a dependency's specifier follows its version: `^1.0.0` -> `^2.1.0`.
#pragma once

#include <string>
#include <string_view>

#include "manifest/spec.h"

namespace lpm::ops::update {

// In the form that stands there, for a version that it need not admit: operator, `npm:` alias and
// the precision of `~1` or `1.x` stay. What has no such form becomes `prefix` and the version.
// What names a dist-tag or admits any version stays as it is, and what is no registry's.
std::string moved_spec(const manifest::DependencySpec& written, std::string_view version,
                       std::string_view prefix);

// The same upper end, beginning at `version`, which it admits. What has no single lower end, or
// is exact, stays as it is.
std::string raised_spec(const manifest::DependencySpec& written, std::string_view version);

}  // namespace lpm::ops::update
