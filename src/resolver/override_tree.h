// The overrides of a project as one tree in npm's form: `lpm.overrides` laid over `overrides`.
// Keys of `lpm.overrides` may also be paths: `a>b@^1`, `a/b`, `a/**/b`, `**/b`.
#pragma once

#include "base/result.h"
#include "formats/formats.h"
#include "manifest/manifest.h"

namespace lpm::resolver {

// An object; without members when there are none. BAD_OVERRIDE for wrong shapes.
Result<formats::json::Value> override_tree(const manifest::Manifest& root);

}  // namespace lpm::resolver
