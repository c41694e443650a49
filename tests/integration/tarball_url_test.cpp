// Contract C.8: what lpm.lock says about the place of a tarball is judged before it is used.
#include "integration/support.h"

namespace lpm::integration {
namespace {

// Writes `url` as the recorded tarball of the only package in lpm.lock.
void record_url(Workplace& work, const std::string& url) {
  std::string text = work.project.read("lpm.lock");
  const std::size_t at = text.find("integrity = ");
  ASSERT_NE(at, std::string::npos) << text;
  const std::size_t end =
      text.find("\n\n", at) == std::string::npos ? text.size() - 1 : text.find("\n\n", at);
  text.insert(end, "\ntarball = \"" + url + "\"");
  work.project.write("lpm.lock", text);
}

void publish_a(Workplace& work) {
  work.registry.publish("a", "1.0.0").file("index.js", "module.exports = 'a'\n");
}

struct Mismatch {
  std::string url;
  std::string counter;
};

// labels: contract:C.8
TEST(TarballUrl, IsLookedUpAgainWhenItDoesNotFit) {
  FakeRegistry elsewhere;
  elsewhere.publish("a", "1.0.0").file("index.js", "stolen");
  Workplace work(R"({"a": "^1.0.0"})");
  publish_a(work);
  work.install_document();
  const std::string lockfile = work.project.read("lpm.lock");
  const std::string origin = work.registry.origin();
  for (const Mismatch& mismatch : {
           Mismatch{origin + "/a/-/a-1.0.0.zip", "shape_mismatch"},
           Mismatch{origin + "/files/a-1.0.0.tgz", "shape_mismatch"},
           Mismatch{"http://registry.example/a/-/a-1.0.0.tgz", ""},
           Mismatch{"ftp://registry.example/a/-/a-1.0.0.tgz", ""},
           Mismatch{"file:///etc/-/passwd.tgz", ""},
           Mismatch{elsewhere.origin() + "/a/-/a-1.0.0.tgz", "origin_mismatch"},
           Mismatch{"http://127.0.0.1.evil.example/a/-/a-1.0.0.tgz", ""},
       }) {
    SCOPED_TRACE(mismatch.url);
    work.project.write("lpm.lock", lockfile);
    work.forget_all_but_the_lockfile();
    record_url(work, mismatch.url);
    const JsonValue counters = work.install_document().at("tarball_url");
    long long sum = 0;
    for (const auto& [name, value] : counters.members()) sum += value.integer();
    EXPECT_EQ(sum, 1) << counters.dump();
    if (!mismatch.counter.empty()) EXPECT_EQ(counters.at(mismatch.counter).integer(), 1);
    EXPECT_EQ(work.registry.count("/a"), 1U);
    EXPECT_EQ(work.registry.count("/a/-/a-1.0.0.tgz"), 1U);
    EXPECT_EQ(work.project.read("node_modules/a/index.js"), "module.exports = 'a'\n");
  }
  EXPECT_EQ(elsewhere.requests().size(), 0U);
}

// labels: contract:C.8
TEST(TarballUrl, IsUsedWithoutMetadataWhenItFits) {
  Workplace work(R"({"a": "^1.0.0"})");
  publish_a(work);
  work.install_document();
  work.forget_all_but_the_lockfile();
  const JsonValue document = work.install_document();
  EXPECT_EQ(work.registry.count("/a"), 0U);
  EXPECT_EQ(work.registry.count("/a/-/*"), 1U);
  for (const auto& [name, value] : document.at("tarball_url").members())
    EXPECT_EQ(value.integer(), 0) << name;
}

// labels: contract:C.8
TEST(TarballUrl, IsLookedUpAgainWhenItIsStale) {
  Workplace work(R"({"a": "^1.0.0"})");
  publish_a(work);
  work.install_document();
  work.forget_all_but_the_lockfile();
  const std::string stale = "/moved/-/a-1.0.0.tgz";
  record_url(work, work.registry.origin() + stale);
  const auto manifest = work.project.snapshot("package.json");
  work.install_document();
  EXPECT_EQ(work.registry.count(stale), 1U);
  EXPECT_EQ(work.registry.count("/a/-/a-1.0.0.tgz"), 1U);
  EXPECT_EQ(work.project.snapshot("package.json"), manifest);
}

// labels: contract:C.8
TEST(TarballUrl, LosesNothingWhenTheVersionIsGoneFromTheRegistry) {
  Workplace work(R"({"a": "^1.0.0"})");
  publish_a(work);
  work.install_document();
  work.forget_all_but_the_lockfile();
  work.registry.unpublish("a", "1.0.0");
  work.registry.publish("a", "1.0.1");
  const auto manifest = work.project.snapshot("package.json");
  const auto lockfile = work.project.snapshot("lpm.lock");
  work.project.write("node_modules/mine.txt", "mine");
  const Ran ran = work.project.lpm({"install"});
  EXPECT_NE(ran.status, 0) << ran;
  EXPECT_THAT(ran.err, HasSubstr("a@1.0.0"));
  EXPECT_EQ(work.project.snapshot("package.json"), manifest);
  EXPECT_EQ(work.project.snapshot("lpm.lock"), lockfile);
  EXPECT_EQ(work.project.read("node_modules/mine.txt"), "mine");
}

// labels: contract:C.8
TEST(TarballUrl, RefusesATarballOfAnotherNameOrVersion) {
  for (const char* inside :
       {R"({"name": "other"})", R"({"version": "2.0.0"})", R"({"name": null})"}) {
    SCOPED_TRACE(inside);
    Workplace work(R"({"a": "^1.0.0"})");
    work.registry.publish("a", "1.0.0").package_json_only(JsonValue::parse(inside));
    const Ran ran = work.project.lpm({"install"});
    EXPECT_EQ(ran.status, 50) << ran;
    EXPECT_THAT(ran.err, HasSubstr("LPM_IDENTITY_MISMATCH"));
    EXPECT_THAT(ran.err, HasSubstr("a@1.0.0"));
    EXPECT_FALSE(work.project.exists("node_modules"));
    EXPECT_FALSE(work.project.exists("lpm.lock"));
  }
}

}  // namespace
}  // namespace lpm::integration
