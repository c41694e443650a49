// A package.json as the packument of its one version.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "manifest/manifest.h"
#include "store/store.h"

namespace lpm::sources {

struct DocumentRequest {
  std::string_view place;          // for messages
  std::string_view fallback_name;  // when package.json has none; "" makes that an error
  std::string integrity;
  bool with_dependencies = true;
  bool peers_are_dependencies = false;
};

// BAD_SOURCE when name or version are none that a package can have; a missing version is 0.0.0.
Result<std::shared_ptr<const manifest::Packument>> document_of(const manifest::Manifest& manifest,
                                                               const store::PackageIndex& index,
                                                               const DocumentRequest& request);

}  // namespace lpm::sources
