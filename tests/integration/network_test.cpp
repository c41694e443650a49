// Contracts C.1 to C.5: what the network may do to an install.
#include <chrono>
#include <ctime>

#include "integration/support.h"

namespace lpm::integration {
namespace {

using std::chrono::milliseconds;

constexpr const char* kTarball = "/a/-/a-1.0.0.tgz";

// Text that gzip cannot make small.
std::string noise(std::size_t size) {
  std::string text;
  unsigned state = 12345;
  while (text.size() < size) {
    state = state * 1664525U + 1013904223U;
    text += static_cast<char>(' ' + (state >> 24U) % 95U);
  }
  return text;
}

std::string http_date(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

// labels: contract:C.1
TEST(Network, SucceedsWhenATarballIsUnavailableOnlyOnce) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("index.js", "whole");
  work.registry.fault("/a/-/*").status(503).times(1);
  const Ran ran = work.project.lpm({"install"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(work.project.read("node_modules/a/index.js"), "whole");
  EXPECT_EQ(work.registry.count(kTarball), 2U);
}

// labels: contract:C.1 contract:C.4
TEST(Network, GivesUpAfterFourAttemptsAndNamesUrlAndStatus) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0");
  work.registry.fault("/a/-/*").status(503);
  const auto before = work.project.snapshot("package.json");
  const Ran ran = work.project.lpm({"install"});
  EXPECT_NE(ran.status, 0) << ran;
  EXPECT_EQ(work.registry.count(kTarball), 4U);
  EXPECT_THAT(ran.err, HasSubstr(work.registry.origin() + kTarball));
  EXPECT_THAT(ran.err, HasSubstr("503"));
  EXPECT_LT(ran.elapsed, milliseconds(2000));
  EXPECT_EQ(work.project.snapshot("package.json"), before);
  EXPECT_FALSE(work.project.exists("node_modules"));
  EXPECT_FALSE(work.project.exists("lpm.lock"));
}

// labels: contract:C.2
TEST(Network, AsksOnceForAPackageThatIsNotThere) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").depends("gone", "^2.0.0");
  const Ran ran = work.project.lpm({"install"});
  EXPECT_EQ(ran.status, 40) << ran;
  EXPECT_EQ(work.registry.count("/gone"), 1U);
  EXPECT_LT(ran.elapsed, milliseconds(2000));
  EXPECT_THAT(ran.err, HasSubstr("app → a@1.0.0 → gone@^2.0.0"));
}

// labels: contract:C.3
TEST(Network, ResumesABodyThatWasCut) {
  Workplace work(R"({"a": "^1.0.0"})");
  const std::string content = noise(300'000);
  work.registry.publish("a", "1.0.0").file("data.txt", content);
  work.registry.fault("/a/-/*").cut_body(100'000).times(1);
  const Ran ran = work.project.lpm({"install"});
  ASSERT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(work.project.read("node_modules/a/data.txt"), content);
  ASSERT_EQ(work.registry.count(kTarball), 2U);
  EXPECT_EQ(support::header_value(work.registry.requests().back().headers, "range"),
            "bytes=100000-");
}

// labels: contract:C.3
TEST(Network, BeginsAgainWhereTheServerKnowsNoRanges) {
  Workplace work(R"({"a": "^1.0.0"})");
  const std::string content = noise(300'000);
  work.registry.publish("a", "1.0.0").file("data.txt", content);
  work.registry.fault("/a/-/*").cut_body(100'000).times(1);
  work.registry.fault("/a/-/*").ignore_range();
  const Ran ran = work.project.lpm({"install"});
  ASSERT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(work.project.read("node_modules/a/data.txt"), content);
  EXPECT_LE(work.registry.count(kTarball), 4U);
}

// labels: contract:C.3
TEST(Network, CountsCutBodiesInTheSameBudget) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("data.txt", noise(300'000));
  work.registry.fault("/a/-/*").status(503).times(2);
  work.registry.fault("/a/-/*").cut_body(1000);
  const Ran ran = work.project.lpm({"install"});
  EXPECT_EQ(ran.status, 30) << ran;
  EXPECT_EQ(work.registry.count(kTarball), 4U);
  EXPECT_FALSE(work.project.exists("node_modules"));
}

// labels: contract:C.3
TEST(Network, RepeatsABodyThatIsShorterThanPromised) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("index.js", "whole");
  const auto size = static_cast<long long>(work.registry.tarball_bytes("a", "1.0.0").size());
  work.registry.fault("/a/-/*").content_length(size + 500).ignore_range().close().times(1);
  const Ran ran = work.project.lpm({"install"});
  ASSERT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(work.project.read("node_modules/a/index.js"), "whole");
  // Asked for the rest, of which there is none, and then for the whole.
  EXPECT_LE(work.registry.count(kTarball), 3U);
  EXPECT_GE(work.registry.count(kTarball), 2U);
}

// labels: contract:C.4 slow
TEST(Network, WaitsAsLongAsRetryAfterSays) {
  for (const bool as_date : {false, true}) {
    Workplace work(R"({"a": "^1.0.0"})");
    work.project.set("LPM_RETRY_BACKOFF_MS_OVERRIDE", "");
    work.registry.publish("a", "1.0.0");
    // A date has whole seconds: up to one of the four may be over already.
    work.registry.fault("/a/-/*").status(429).times(1).retry_after(
        as_date ? http_date(std::time(nullptr) + 4) : "3");
    const Ran ran = work.project.lpm({"install"});
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_GE(ran.elapsed, milliseconds(2900)) << "as a date: " << as_date;
    EXPECT_LE(ran.elapsed, milliseconds(7000)) << "as a date: " << as_date;
    EXPECT_EQ(work.registry.count(kTarball), 2U);
  }
}

// labels: contract:C.4 slow
TEST(Network, HonoursTheShortBackOffOnlyInTestMode) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.project.set("LPM_TEST_MODE", "0");
  work.registry.publish("a", "1.0.0");
  work.registry.fault("/a/-/*").status(503).times(1);
  const Ran ran = work.project.lpm({"install"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_GE(ran.elapsed, milliseconds(450));
}

struct BrokenDocument {
  const char* name;
  void (*break_it)(FakeRegistry& registry);
};

const BrokenDocument kBroken[] = {
    {"cut off", [](FakeRegistry& r) { r.fault("/bad").garbage(); }},
    {"no JSON", [](FakeRegistry& r) { r.respond("/bad", 200, "<html>please log in</html>"); }},
    {"empty", [](FakeRegistry& r) { r.respond("/bad", 200, ""); }},
    {"an array", [](FakeRegistry& r) { r.respond("/bad", 200, "[]"); }},
    {"another package", [](FakeRegistry& r) { r.respond("/bad", 200, R"({"name": "good"})"); }},
    {"damaged gzip", [](FakeRegistry& r) { r.fault("/bad").corrupt_gzip(); }},
    {"deep", [](FakeRegistry& r) { r.respond("/bad", 200, std::string(200'000, '[')); }},
};

// labels: contract:C.5
TEST(Network, LeavesTheProjectAsItWasWhenADocumentIsBroken) {
  for (const BrokenDocument& broken : kBroken) {
    Workplace work(R"({"good": "^1.0.0"})");
    work.registry.publish("good", "1.0.0").file("index.js", "1");
    ASSERT_EQ(work.project.lpm({"install"}).status, 0);
    const auto manifest = work.project.snapshot("package.json");
    const auto lockfile = work.project.snapshot("lpm.lock");
    const auto tree = work.project.snapshot("node_modules");
    work.registry.publish("bad", "1.0.0");
    broken.break_it(work.registry);
    const Ran ran = work.project.lpm({"install", "bad"});
    EXPECT_GT(ran.status, 0) << broken.name << "\n" << ran;
    EXPECT_EQ(ran.signal, 0) << broken.name << "\n" << ran;
    EXPECT_THAT(ran.err, HasSubstr("bad")) << broken.name;
    EXPECT_THAT(ran.err, HasSubstr("code: LPM_")) << broken.name;
    EXPECT_EQ(work.project.snapshot("package.json"), manifest) << broken.name;
    EXPECT_EQ(work.project.snapshot("lpm.lock"), lockfile) << broken.name;
    EXPECT_EQ(work.project.snapshot("node_modules"), tree) << broken.name;
  }
}

// A length that is too short makes a cut body whole.
// labels: contract:C.3
TEST(Network, AsksAgainForWhatWasDamagedOnTheWay) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("index.js", std::string(5000, 'x'));
  work.registry.serve_gzip(true);
  for (const char* path : {"/a", "/a/-/*"})
    for (const int length : {100, 120, 140})
      work.registry.fault(path).content_length(length).times(1);
  work.install_document();
  EXPECT_EQ(work.registry.count("/a"), 4U);
  EXPECT_EQ(work.registry.count("/a/-/*"), 4U);
}

// labels: contract:C.2
TEST(Network, AsksForWhatIsDamagedAtTheServerOnceMoreOnly) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("index.js", std::string(5000, 'x'));
  work.registry.fault("/a/-/*").content_length(100);
  EXPECT_EQ(work.project.lpm({"install"}).status, 50);
  EXPECT_EQ(work.registry.count("/a/-/*"), 2U);
  work.registry.clear_faults();
  work.registry.clear_log();
  work.project.remove(work.project.home() + "/.lpm");
  work.registry.fault("/a").content_length(100);
  EXPECT_EQ(work.project.lpm({"install"}).status, 30);
  EXPECT_EQ(work.registry.count("/a"), 2U);
}

}  // namespace
}  // namespace lpm::integration
