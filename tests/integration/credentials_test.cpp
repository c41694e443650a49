// Contract C.9: a credential goes to the origin and path prefix that .npmrc ties it to.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "integration/support.h"

namespace lpm::integration {
namespace {

constexpr const char* kToken = "npm_secretTokenOfTheTest0123456789";

// "//127.0.0.1:4000/": how .npmrc ties a credential to a place.
std::string nerf_dart(const FakeRegistry& registry) {
  return registry.url().substr(registry.url().find("//"));
}

void give_token(Workplace& work, const std::string& place) {
  work.project.write(work.project.home() + "/.npmrc", "registry=" + work.registry.url() + "\n" +
                                                          place + ":_authToken=" + kToken + "\n");
}

std::string authorization(const support::HttpRequest& request) {
  return support::header_value(request.headers, "authorization");
}

// Files below home/ and project/ that hold the token; .npmrc itself apart.
std::vector<std::string> files_with_token(const TestProject& project) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(project.root())) {
    if (!entry.is_regular_file() || entry.path().filename() == ".npmrc") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (text.find(kToken) != std::string::npos) found.push_back(entry.path());
  }
  return found;
}

void expect_no_token(const Workplace& work, const Ran& ran) {
  EXPECT_THAT(ran.out, Not(HasSubstr(kToken)));
  EXPECT_THAT(ran.err, Not(HasSubstr(kToken)));
  EXPECT_THAT(files_with_token(work.project), ::testing::IsEmpty());
}

// labels: contract:C.9
TEST(Credentials, GoToTheirOwnRegistry) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0");
  work.registry.require_token(kToken);
  give_token(work, nerf_dart(work.registry));
  const Ran ran =
      work.project.lpm({"install", "--verbose"}, {.environment = {{"LPM_LOG", "perf"}}});
  EXPECT_EQ(ran.status, 0) << ran;
  for (const support::HttpRequest& request : work.registry.requests())
    EXPECT_EQ(authorization(request), "Bearer " + std::string(kToken)) << request.path;
  expect_no_token(work, ran);
}

// labels: contract:C.9
TEST(Credentials, StayAwayFromATarballOfAnotherOrigin) {
  FakeRegistry other;
  other.publish("a", "1.0.0");
  Workplace work(R"({"a": "^1.0.0"})");
  JsonValue patch = JsonValue::object();
  patch["dist"]["tarball"] = other.origin() + "/a/-/a-1.0.0.tgz";
  work.registry.publish("a", "1.0.0").packument_only(patch);
  give_token(work, nerf_dart(work.registry));
  const Ran ran = work.project.lpm({"install"});
  EXPECT_EQ(ran.status, 0) << ran;
  ASSERT_EQ(other.requests().size(), 1U);
  EXPECT_EQ(authorization(other.requests().front()), "");
  expect_no_token(work, ran);
}

// labels: contract:C.9
TEST(Credentials, DoNotFollowARedirectToAnotherOrigin) {
  FakeRegistry other;
  other.publish("a", "1.0.0");
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0");
  work.registry.fault("/a/-/*").redirect(other.origin() + "/a/-/a-1.0.0.tgz");
  give_token(work, nerf_dart(work.registry));
  const Ran ran = work.project.lpm({"install"});
  EXPECT_EQ(ran.status, 0) << ran;
  ASSERT_EQ(other.requests().size(), 1U);
  EXPECT_EQ(authorization(other.requests().front()), "");
  expect_no_token(work, ran);
}

// labels: contract:C.9
TEST(Credentials, StayBelowTheirPathPrefix) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.base_path("/team");
  work.registry.publish("a", "1.0.0");
  // For a sibling whose name begins alike, and for a folder below.
  for (const char* prefix : {"/tea/", "/team/private/", "/teams/"}) {
    SCOPED_TRACE(prefix);
    const std::string origin = work.registry.origin();
    give_token(work, origin.substr(origin.find("//")) + prefix);
    work.forget_all_but_the_lockfile();
    const Ran ran = work.project.lpm({"install"});
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_GT(work.registry.requests().size(), 0U);
    for (const support::HttpRequest& request : work.registry.requests())
      EXPECT_EQ(authorization(request), "") << request.path;
  }
}

// labels: contract:C.9
TEST(Credentials, AreNotShownWhenTheyAreRefused) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0");
  work.registry.fault("*").status(401, R"({"error": "who are you"})");
  give_token(work, nerf_dart(work.registry));
  for (const char* flag : {"--verbose", "--json"}) {
    const Ran ran = work.project.lpm({"install", flag});
    EXPECT_EQ(ran.status, 30) << ran;
    EXPECT_THAT(ran.err, HasSubstr("LPM_AUTH_REQUIRED"));
    expect_no_token(work, ran);
  }
  EXPECT_EQ(work.registry.count("/a"), 2U);  // an answer, not a fault: asked once a run
}

// labels: contract:C.9
TEST(Credentials, InAUrlAreNeitherSentElsewhereNorShown) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0");
  work.registry.fault("*").status(500);
  const std::string url = work.registry.url();
  work.project.use_registry_url("http://user:" + std::string(kToken) + "@" +
                                url.substr(url.find("//") + 2));
  const Ran ran = work.project.lpm({"install", "--verbose"});
  EXPECT_NE(ran.status, 0);
  expect_no_token(work, ran);
}

}  // namespace
}  // namespace lpm::integration
