// How scripts of a project are run in a session.
#pragma once

#include "manifest/manifest.h"
#include "ops/session.h"
#include "tasks/tasks.h"

namespace lpm::ops {

// `manifest`, that of the package in `folder`, and `session` must outlive the context.
tasks::ScriptContext script_context(const Session& session, const manifest::Manifest& manifest,
                                    const std::string& folder);

}  // namespace lpm::ops
