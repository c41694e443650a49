#include <gtest/gtest.h>
#include <unistd.h>

#include "os/sandbox.h"
#include "sandbox/run_tool.h"
#include "sandbox/scene.h"

int main(int argc, char** argv) {
  using namespace lpm;
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string first = words.empty() ? "" : words[0];
  if (first == os::kSandboxArgument) return os::sandbox_main();
  if (first == "victim") return sandbox_test::run_victim();
  if (first == "attempt") return sandbox_test::run_attempt({words.begin() + 1, words.end()});
  if (first == "is-nobody") return ::geteuid() == 65534 ? 0 : 1;
  if (first == "run") return sandbox_test::run_tool({words.begin() + 1, words.end()});
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
