// cli: flags to typed options, help, completion, rendering of events and errors, exit status. The
// only layer that knows terminals and colours. Knows nothing below ops but base, report, os,
// config, manifest.
#pragma once

namespace lpm::cli {

int run(int argc, char** argv);

}  // namespace lpm::cli
