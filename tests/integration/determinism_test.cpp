// The same inputs give the same lpm.lock, byte for byte, in whatever order the answers come.
#include <array>
#include <random>
#include <set>

#include "integration/support.h"

namespace lpm::integration {
namespace {

constexpr int kPackages = 60;
constexpr int kDirect = 8;
constexpr int kRuns = 10;
constexpr int kLongestDelayMs = 8;

std::string name_of(std::size_t number) {
  return (number % 7 == 3 ? "@scope/p" : "p") + std::to_string(number);
}

// Packages with two to four versions, whose dependencies, shared by many and asked for in different
// ranges, lead to later packages, and peers to any: they are found above, added, missed, or go
// round in a circle.
class Graph {
 public:
  explicit Graph(FakeRegistry& registry) : registry_(registry) {
    for (std::size_t i = 0; i < kPackages; ++i)
      for (const char* version : {"1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0"})
        if (version[0] == '1' || one_in(2)) publish(i, version);
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool one_in(std::size_t count) { return below(count) == 0; }
  std::string range() {
    constexpr std::array kRanges = {"^1.0.0", ">=1.0.0", "*",
                                    "1.0.0",  "~1.1.0",  "^1.0.0 || ^2.0.0"};
    return kRanges[below(kRanges.size())];
  }
  void publish(std::size_t number, const char* version) {
    support::PackageBuilder package = registry_.publish(name_of(number), version);
    package.file("index.js", "module.exports = '" + name_of(number) + "'\n");
    for (std::size_t i = below(4); i > 0 && number + 1 < kPackages; --i) {
      const std::size_t to = number + 1 + below(kPackages - number - 1);
      if (one_in(8))
        package.optional_depends(name_of(to), range());
      else if (one_in(8))
        package.depends("alias" + std::to_string(to), "npm:" + name_of(to) + "@" + range());
      else
        package.depends(name_of(to), range());
    }
    if (one_in(3)) package.peer(name_of(below(kPackages)), range());
    if (one_in(6)) package.optional_peer(name_of(below(kPackages)), "*");
    if (one_in(10)) package.deprecated("old");
  }

  FakeRegistry& registry_;
  std::mt19937 random_{7};
};

std::string direct_dependencies() {
  std::string text = "{";
  for (std::size_t i = 0; i < kDirect; ++i)
    text += (i == 0 ? "\"" : ", \"") + name_of(i * 3) + "\": \"^1.0.0\"";
  return text + "}";
}

std::vector<std::string> order_of_documents(const FakeRegistry& registry) {
  std::vector<std::string> names;
  for (const auto& request : registry.requests())
    if (request.path.find("/-/") == std::string::npos) names.push_back(request.path);
  return names;
}

TEST(Determinism, ColdInstallsWriteTheSameLockfileWhateverTheOrderOfAnswers) {
  Workplace work(direct_dependencies());
  const Graph graph(work.registry);
  work.registry.fault("*").delay(0, kLongestDelayMs);
  std::set<std::string> lockfiles;
  std::set<std::vector<std::string>> orders;
  for (int run = 0; run < kRuns; ++run) {
    work.forget_all_but_the_lockfile();
    work.project.remove("lpm.lock");
    work.registry.seed(static_cast<std::uint64_t>(run));
    work.install_document();
    lockfiles.insert(work.project.read("lpm.lock"));
    orders.insert(order_of_documents(work.registry));
  }
  EXPECT_EQ(lockfiles.size(), 1U);
  EXPECT_THAT(*lockfiles.begin(), HasSubstr("peerDependencies."));
  // Else the delays were for nothing.
  EXPECT_GT(orders.size(), 1U);
}

}  // namespace
}  // namespace lpm::integration
