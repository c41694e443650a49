// FileStamp from what stat(2) says. Private to os.
#pragma once

#include <sys/stat.h>

#include "os/files.h"

namespace lpm::os {

FileStamp stamp_from(const struct stat& status);

}  // namespace lpm::os
