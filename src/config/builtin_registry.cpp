#include "config/settings.h"

namespace lpm::config {

std::string_view builtin_registry() {
  return LPM_DEFAULT_REGISTRY;
}

}  // namespace lpm::config
