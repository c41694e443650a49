// Errors as text for people and as JSON for programs; the same fields (docs/errors.md).
#pragma once

#include <string>

#include "base/error.h"

namespace lpm::cli {

enum class Colour : bool { Off, On };

std::string render_error(const Error& error, Colour colour);
// A whole document: {"schema_version":1,"success":false,"error":{...}}
std::string error_document(const Error& error);

}  // namespace lpm::cli
