#include "sandbox/scene.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>

namespace lpm::sandbox_test {

std::vector<std::string> Scene::words() const {
  return {root,
          package,
          program,
          std::to_string(victim),
          std::to_string(victim_address),
          std::to_string(port),
          terminal,
          std::to_string(shared_memory)};
}

Scene Scene::from_words(const std::vector<std::string>& words) {
  if (words.size() < 8) std::abort();
  Scene scene;
  scene.root = words[0];
  scene.package = words[1];
  scene.program = words[2];
  scene.victim = std::stoi(words[3]);
  scene.victim_address = std::stoull(words[4]);
  scene.port = std::stoi(words[5]);
  scene.terminal = words[6];
  scene.shared_memory = std::stoi(words[7]);
  return scene;
}

std::vector<Attempt> all_attempts() {
  std::vector<Attempt> all;
  for (const auto* attempts : {&file_attempts(), &attribute_attempts(), &process_attempts(),
                               &socket_attempts(), &kernel_attempts()})
    all.insert(all.end(), attempts->begin(), attempts->end());
  return all;
}

int run_attempt(const std::vector<std::string>& words) {
  const std::vector<Attempt> all = all_attempts();
  const auto attempt = std::find_if(all.begin(), all.end(),
                                    [&words](const Attempt& a) { return words[0] == a.name; });
  if (attempt == all.end()) return 2;
  return attempt->escapes(Scene::from_words({words.begin() + 1, words.end()})) ? 0 : 1;
}

int run_victim() {
  // Without a sandbox, the tests may trace it, whatever the machine's rule is.
  ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  ::setpgid(0, 0);
  static char secret[] = "the-secret-of-the-victim";
  std::printf("%llu\n", reinterpret_cast<unsigned long long>(secret));
  std::fflush(stdout);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return 0;
}

}  // namespace lpm::sandbox_test
