#include "workspace/catalogs.h"

#include <gtest/gtest.h>

#include "formats/yaml.h"
#include "workspace/workspace.h"

namespace lpm::workspace {
namespace {

class CatalogsTest : public ::testing::Test {
 protected:
  std::string read(std::string_view text) { return told(catalogs_.read_manifest(text)); }
  std::string read_yaml(std::string_view text) {
    const auto root = formats::yaml::parse(text, "pnpm-workspace.yaml");
    return root ? told(catalogs_.read_yaml(*root, "pnpm-workspace.yaml")) : root.error().what;
  }
  // "name=spec " of the dependencies once the catalogs are applied.
  std::string applied(const std::string& dependencies) const {
    const std::string text = R"({"dependencies": {)" + dependencies + "}}";
    const auto manifest =
        manifest::read_manifest(text, "package.json", manifest::Strictness::Project);
    if (!manifest) return manifest.error().what;
    const auto result = catalogs_.applied_to({"packages/web", text, *manifest});
    if (!result) return result.error().what + " at " + result.error().where;
    std::string all;
    for (const auto& [name, spec] : result->dependencies) all += name + "=" + spec + " ";
    return all;
  }

 private:
  static std::string told(const Status& status) {
    return status ? "" : status.error().what + " at " + status.error().where;
  }
  Catalogs catalogs_;
};

TEST_F(CatalogsTest, AreReadFromEachPlaceAndCountTogether) {
  EXPECT_EQ(read(R"({"workspaces": {"catalog": {"a": "1"}, "catalogs": {"x": {"a": "2"}}},
                     "catalog": {"b": "3"}, "lpm": {"catalogs": {"default": {"c": "4"}}}})"),
            "");
  EXPECT_EQ(read_yaml("catalog: {d: 5}\ncatalogs: {y: {a: npm:b@6}}"), "");
  EXPECT_EQ(applied(R"("a": "catalog:", "b": "catalog:default", "c": "catalog:", "d": "catalog:")"),
            "a=1 b=3 c=4 d=5 ");
  EXPECT_EQ(applied(R"("a": "catalog:x")"), "a=2 ");
  EXPECT_EQ(applied(R"("a": "catalog: y ")"), "a=npm:b@6 ");
  EXPECT_EQ(applied(R"("z": "^9")"), "z=^9 ");
}

TEST_F(CatalogsTest, WhatIsMissingIsNamedWithItsPlaceAndTheOthers) {
  EXPECT_EQ(read(R"({"catalogs": {"x": {"react": "1"}}})"), "");
  EXPECT_EQ(applied(R"("react": "catalog:")"),
            "there is no default catalog at packages/web/package.json:1:28");
  EXPECT_EQ(applied(R"("react": "catalog:y")"),
            "there is no catalog `y` at packages/web/package.json:1:28");
  EXPECT_EQ(applied(R"("raect": "catalog:x")"),
            "the catalog `x` has no entry `raect` at packages/web/package.json:1:28");
}

TEST_F(CatalogsTest, OneEntryCannotSayTwoThings) {
  EXPECT_EQ(read(R"({"catalog": {"a": "1"}, "catalogs": {"default": {"a": "1"}}})"), "");
  EXPECT_EQ(read_yaml("catalog:\n  a: 2\n"),
            "`a` is `1` and `2` in the default catalog at pnpm-workspace.yaml:2");
}

TEST_F(CatalogsTest, EntriesAreTextsThatMeanTheSameEverywhere) {
  EXPECT_EQ(read(R"({"catalog": {"a": 1}})"),
            "the specifier of `a` must be a string at package.json:1:19");
  EXPECT_EQ(read(R"({"catalog": []})"),
            "a catalog must be an object of specifiers at package.json:1:13");
  EXPECT_EQ(read(R"({"catalogs": 1})"),
            "`catalogs` must be an object of catalogs at package.json:1:14");
  for (const std::string spec : {"catalog:x", "workspace:*", "file:../a", "link:a"})
    EXPECT_NE(read(R"({"catalog": {"a": ")" + spec + "\"}}"), "") << spec;
}

}  // namespace
}  // namespace lpm::workspace
