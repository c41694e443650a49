// lpm-case: runs command cases (docs/testing.md).
//
// usage: lpm-case CASE_FOLDER...        LPM_ACCEPT=1 rewrites goldens, LPM_UNDER_TEST names another
// lpm
#include <cstdio>
#include <cstdlib>

#include "runner/case.h"

int main(int argc, char** argv) {
  bool accept =
      std::getenv("LPM_ACCEPT") != nullptr && std::string_view(std::getenv("LPM_ACCEPT")) == "1";
  int failed = 0;
  for (int i = 1; i < argc; ++i) {
    lpm::cases::Case test(argv[i], accept);
    if (!test.run()) ++failed;
    for (const std::string& problem : test.problems())
      std::printf("%s: %s\n", argv[i], problem.c_str());
    for (const std::string& path : test.accepted()) std::printf("accepted %s\n", path.c_str());
  }
  return failed == 0 ? 0 : 1;
}
