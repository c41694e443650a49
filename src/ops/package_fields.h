// pkg: fields of package.json, read and changed by name.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "formats/json.h"
#include "ops/member_choice.h"
#include "ops/session.h"

namespace lpm::ops {

struct ChosenManifest {
  std::string name;  // of the package; its path when it has none
  std::string file;  // of package.json
  formats::json::Value root;
};
// Of the chosen packages, as they are written. NO_MANIFEST, BAD_JSON, and what chosen_packages()
// says.
Result<std::vector<ChosenManifest>> chosen_manifests(const Session& session,
                                                     const MemberChoice& choice);

struct FieldEdit {
  std::string field;
  bool removes = false;
  formats::json::Value value = {};
};
// Changes each chosen package.json under the project's lock; what is not named stays byte for byte.
// Whether something changed. USAGE for a field that cannot be set.
Result<bool> edit_fields(const Session& session, const MemberChoice& choice,
                         const std::vector<FieldEdit>& edits);

}  // namespace lpm::ops
