#include "ops/version.h"

namespace lpm::ops {

std::string_view version() {
  return LPM_VERSION;
}

}  // namespace lpm::ops
