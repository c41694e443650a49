// What kind of file system a path lies on.
#pragma once

#include <string>

namespace lpm::os {

// "ext4", "btrfs", "tmpfs" and so on; "" when it has no name that we know, or there is no such
// path.
std::string file_system_name(const std::string& path);

}  // namespace lpm::os
