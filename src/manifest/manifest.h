// manifest: names, specifiers, package.json, packuments, platform filters: the nouns that a package
// manager reads. Owns their parsing into types; must not know the network or the layout on disk.
// Values are immutable after construction and may be shared by threads.
#pragma once

#include "manifest/name.h"
#include "manifest/package_json.h"
#include "manifest/packument.h"
#include "manifest/platform.h"
#include "manifest/spec.h"
