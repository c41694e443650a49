// Contract K.1: where the time goes, in three forms; sums over parallel work are not wall time.
#include <cstdlib>

#include "integration/support.h"

namespace lpm::integration {
namespace {

const std::vector<std::string> kPhases = {"load", "resolve", "fetch", "link", "commit", "scripts"};

// labels: contract:K.1 contract:K.3
TEST(Measurements, AreInTheDocumentAsWallAndSum) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("index.js", "1");
  const JsonValue document = work.install_document();
  EXPECT_EQ(document.at("schema_version").integer(), 1);
  std::vector<std::string> names;
  double wall = 0;
  for (const JsonValue& phase : document.at("timing").at("phases").items()) {
    names.push_back(phase.at("name").text());
    ASSERT_TRUE(phase.has("wall_ms")) << phase.dump();
    wall += std::atof(phase.at("wall_ms").text().c_str());
    EXPECT_EQ(phase.has("sum_ms"), names.back() == "fetch") << phase.dump();
  }
  EXPECT_EQ(names, kPhases);
  EXPECT_LE(wall, std::atof(document.at("timing").at("total_ms").text().c_str()) + 0.01);
}

// labels: contract:K.1
TEST(Measurements, AreOneLineAPhaseOnStderr) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("index.js", "1");
  const Ran ran = work.project.lpm({"install"}, {.environment = {{"LPM_LOG", "perf"}}});
  EXPECT_EQ(ran.status, 0) << ran;
  for (const std::string& phase : kPhases)
    EXPECT_THAT(ran.err, HasSubstr("perf." + phase + " wall_ms=")) << ran;
  EXPECT_THAT(ran.err, ::testing::ContainsRegex("perf.fetch wall_ms=[0-9.]+ sum_ms=[0-9.]+\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("perf.")));
}

// labels: contract:K.1
TEST(Measurements, AreATableWithTiming) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("index.js", "1");
  const Ran ran = work.project.lpm({"install", "--timing"});
  EXPECT_EQ(ran.status, 0) << ran;
  for (const std::string& phase : kPhases) EXPECT_THAT(ran.out, HasSubstr(" ms  " + phase)) << ran;
  EXPECT_THAT(ran.out, HasSubstr("in all parallel tasks"));
}

}  // namespace
}  // namespace lpm::integration
