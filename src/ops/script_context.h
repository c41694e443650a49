// How scripts of a project are run in a session.
#pragma once

#include "manifest/manifest.h"
#include "ops/session.h"
#include "tasks/tasks.h"

namespace lpm::ops {

// `manifest` and `session` must outlive the context.
tasks::ScriptContext script_context(const Session& session, const manifest::Manifest& manifest);

}  // namespace lpm::ops
