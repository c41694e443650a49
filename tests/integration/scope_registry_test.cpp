// A scope with a registry of its own: lpm.lock names it by the scope, .npmrc says where it is.
#include "integration/support.h"

namespace lpm::integration {
namespace {

// `@acme/ui` needs `@acme/core` and `plain`. Both registries have all of them.
class Company : public ::testing::Test {
 protected:
  Company() {
    for (FakeRegistry* registry : {&work.registry, &own}) {
      registry->publish("@acme/ui", "1.0.0").depends("@acme/core", "^1").depends("plain", "^1");
      registry->publish("@acme/core", "1.0.0");
      registry->publish("plain", "1.0.0");
      registry->publish("other", "1.0.0");
    }
  }
  void name_the_registry() { work.project.write(".npmrc", "@acme:registry=" + own.url() + "\n"); }
  std::string lockfile() { return work.project.read("lpm.lock"); }

  Workplace work{R"({"@acme/ui": "^1.0.0"})"};
  FakeRegistry own;
};

TEST_F(Company, IsAskedForItsScopeAndNamedByIt) {
  name_the_registry();
  work.install_document();
  EXPECT_EQ(own.count("/@acme/ui"), 1U);
  EXPECT_EQ(own.count("/@acme/core/-/*"), 1U);
  EXPECT_EQ(own.count("/plain*"), 0U);
  EXPECT_EQ(work.registry.count("/@acme*"), 0U);
  EXPECT_THAT(lockfile(), HasSubstr("[packages.\"@acme/core@npm:@acme:1.0.0\"]"));
  EXPECT_THAT(lockfile(), HasSubstr("[packages.\"plain@1.0.0\"]"));
  EXPECT_THAT(lockfile(), Not(HasSubstr("127.0.0.1")));

  work.forget_all_but_the_lockfile();
  const std::string before = lockfile();
  EXPECT_EQ(work.project.lpm({"install", "--frozen-lockfile"}).status, 0);
  EXPECT_EQ(work.registry.count("/@acme*"), 0U);
  EXPECT_EQ(lockfile(), before);
}

TEST_F(Company, IsNotReplacedByAnotherRegistryThatHasTheSameNames) {
  name_the_registry();
  work.install_document();
  work.project.remove(".npmrc");
  work.forget_all_but_the_lockfile();
  const std::string before = lockfile();
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"install"}, {"ci"}, {"install", "other"}, {"update"}}) {
    const Ran ran = work.project.lpm(arguments);
    EXPECT_EQ(ran.status, 20) << ran;
    EXPECT_THAT(ran.err, HasSubstr("and no .npmrc names it"));
    EXPECT_THAT(ran.err, HasSubstr("`lpm config set @acme:registry=URL`"));
    EXPECT_EQ(lockfile(), before);
  }
  EXPECT_EQ(work.registry.count("/@acme*"), 0U);
}

TEST_F(Company, IsNotNeededForWhatTheStoreHas) {
  name_the_registry();
  work.install_document();
  work.project.remove(".npmrc");
  work.project.remove("node_modules");
  EXPECT_EQ(work.project.lpm({"install"}).status, 0);
  const Ran ran = work.project.lpm({"install", "other"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(lockfile(), HasSubstr("@acme/core@npm:@acme:1.0.0"));
  EXPECT_EQ(work.registry.count("/@acme*"), 0U);
}

TEST_F(Company, ComesIntoTheLockfileWhenItIsNamedLater) {
  work.install_document();
  EXPECT_THAT(lockfile(), Not(HasSubstr("npm:@acme")));
  name_the_registry();
  const Ran frozen = work.project.lpm({"install", "--frozen-lockfile"});
  EXPECT_EQ(frozen.status, 60) << frozen;
  EXPECT_THAT(frozen.err, HasSubstr("locked from the default registry"));
  work.install_document();
  EXPECT_THAT(lockfile(), HasSubstr("@acme/ui@npm:@acme:1.0.0"));
}

TEST_F(Company, HasNoNameOfItsOwnWhereItIsTheDefaultOne) {
  work.project.write(".npmrc", "@acme:registry=" + work.registry.url() + "\n");
  work.install_document();
  EXPECT_THAT(lockfile(), Not(HasSubstr("npm:@acme")));
}

}  // namespace
}  // namespace lpm::integration
