// Folders, archives and repositories among the arguments of `install`.
#pragma once

#include <string>

#include "base/result.h"
#include "graph/source_text.h"
#include "manifest/manifest.h"
#include "ops/session.h"

namespace lpm::ops::install {

class Supply;

// What goes into package.json: paths of the command line start where the user is, those of the
// manifest at its package; repositories of known hosts are saved by their short form.
std::string text_to_save(const Session& session, const manifest::DependencySpec& spec);

// Reads the package.json of a specifier as it is saved in the package in `folder`. What
// Client::find() fails with.
Result<std::string> name_of_source(Supply& supply, const std::string& spec,
                                   const std::string& folder);

}  // namespace lpm::ops::install
