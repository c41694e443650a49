// security: gates from facts to findings; triage of lifecycle scripts (docs/triage.md).
//
// Pure functions of what they are given: no printing, prompting, network or files.
// Types: Verdict of a command's text, ScriptReport of a package. Safe from any thread. Files on
// disk: none.
#pragma once

#include "security/script_closure.h"
#include "security/triage.h"
