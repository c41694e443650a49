// os: files, directories, locks, processes, terminal. Everything platform-bound lives here;
// variants are files (clone_file_linux.cpp), chosen by the build. Knows nothing of what the files
// mean. A toolbox: every header is public. Functions are thread-safe unless they say otherwise.
#pragma once

#include "os/directory.h"
#include "os/files.h"
#include "os/locks.h"
#include "os/process.h"
#include "os/terminal.h"
