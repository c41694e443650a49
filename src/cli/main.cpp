#include "cli/cli.h"

int main(int argc, char** argv) {
  return lpm::cli::run(argc, argv);
}
