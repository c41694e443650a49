// The folder of global commands: made to agree with the catalogue.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ops/global/catalogue.h"
#include "ops/session.h"

namespace lpm::ops::global {

// Somebody else's file or link has this name in the bin folder.
bool is_foreign(const Places& places, std::string_view command);

// Removes and makes links of ours until they are those of the catalogue; may be repeated. What is
// foreign stays.
Status update_bins(const Places& places, const Catalogue& catalogue);

bool is_on_path(const Session& session, const std::string& folder);
// Warns when another folder of PATH has a command of that name first.
void warn_of_hidden(const Session& session, const Places& places, const GlobalPackage& package);
// Says once how the bin folder comes on PATH.
void hint_at_path(const Session& session, const Places& places);

}  // namespace lpm::ops::global
