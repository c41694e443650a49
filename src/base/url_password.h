// Texts with URLs in them that may hold passwords, as they may be shown and stored.
#pragma once

#include <string>
#include <string_view>

namespace lpm {

// The same without user and password of any URL; the bare user of an ssh URL stays, it is part of
// the address.
std::string without_password(std::string_view text);

}  // namespace lpm
