// Who needs a place, in npm's words: it leaves out what has `dev` with --omit=dev, and so on.
#pragma once

#include <vector>

#include "foreign/placement.h"

namespace lpm::foreign {

struct NpmFlags {
  bool dev = true;           // development dependencies only lead there
  bool optional = true;      // optional ones only
  bool dev_optional = true;  // some of each
  bool peer = true;          // peers only
};
std::vector<NpmFlags> npm_flags(const std::vector<Place>& places);

}  // namespace lpm::foreign
