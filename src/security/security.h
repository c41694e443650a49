// security: gates from facts to findings; triage of lifecycle scripts (docs/triage.md).
//
// Pure functions of what they are given: no printing, prompting, network or files.
// Types: Tier, Rule, Evidence, Verdict. Safe from any thread. Files on disk: none.
#pragma once

#include "security/triage.h"
