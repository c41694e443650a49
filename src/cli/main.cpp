#include <string_view>

#include "cli/cli.h"
#include "os/sandbox.h"

int main(int argc, char** argv) {
  if (argc == 2 && argv[1] == lpm::os::kSandboxArgument) return lpm::os::sandbox_main();
  return lpm::cli::run(argc, argv);
}
