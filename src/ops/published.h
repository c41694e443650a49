// What the registry says of a package, for people and programs that ask.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "formats/json.h"
#include "ops/session.h"

namespace lpm::ops {

// One version as npm's `view` sees it: the members of the document, those of the version on top of
// them, and `versions` as a list.
struct PublishedVersion {
  std::string version;
  formats::json::Value data;
};

// `NAME`, `NAME@VERSION`, `NAME@TAG` or `NAME@RANGE`, of which all versions that fit, oldest first.
// BAD_SPEC, PACKAGE_NOT_FOUND, NO_MATCHING_VERSION, NO_SUCH_TAG, OFFLINE, and what the network
// says.
Result<std::vector<PublishedVersion>> published_versions(const Session& session,
                                                         const std::string& wish);

struct Pinged {
  std::string registry;
  int status = 0;
  std::int64_t duration_ns = 0;
};
Result<Pinged> ping_registry(const Session& session);

}  // namespace lpm::ops
