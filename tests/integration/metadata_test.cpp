// Contract C.7: metadata as registries have it from fifteen years.
#include "integration/support.h"

namespace lpm::integration {
namespace {

JsonValue json(std::string_view text) {
  return JsonValue::parse(text);
}

// Installs `a`, published by the caller, and wants its file in place.
void expect_installs(Workplace& work) {
  const JsonValue document = work.install_document();
  EXPECT_EQ(work.project.read("node_modules/a/index.js"), "module.exports = 'a'\n");
  EXPECT_EQ(document.at("tarball_url").at("shape_mismatch").integer(), 0);
}

// labels: contract:C.7
TEST(OddMetadata, AcceptsFieldsOfUnusualShape) {
  for (const char* patch :
       {R"({"engines": ["node >= 0.4"]})", R"({"engines": ">= 0.4"})", R"({"engines": null})",
        R"({"dependencies": null})", R"({"dependencies": []})", R"({"devDependencies": ["x"]})",
        R"({"bundledDependencies": true})", R"({"bundleDependencies": false})",
        R"({"os": "linux"})", R"({"cpu": []})", R"({"peerDependencies": []})",
        R"({"peerDependenciesMeta": null})", R"({"optionalDependencies": null})",
        R"({"deprecated": false})", R"({"scripts": []})", R"({"bin": {}})", R"({"bin": null})",
        R"({"_unknown": {"deep": [1, 2, {"x": null}]}, "__proto__": {"polluted": true}})"}) {
    SCOPED_TRACE(patch);
    Workplace work(R"({"a": "^1.0.0"})");
    work.registry.publish("a", "1.0.0")
        .file("index.js", "module.exports = 'a'\n")
        .manifest(json(patch));
    expect_installs(work);
  }
}

// labels: contract:C.7
TEST(OddMetadata, AcceptsBinAsString) {
  Workplace work(R"({"@s/tool": "1.0.0"})");
  work.registry.publish("@s/tool", "1.0.0")
      .file("cli.js", "#!/usr/bin/env node\nconsole.log('ran')\n")
      .manifest(json(R"({"bin": "./cli.js"})"));
  work.install_document();
  const Ran ran = work.project.lpm({"exec", "tool"});
  EXPECT_EQ(ran.out, "ran\n") << ran;
}

// labels: contract:C.7 contract:G.11
TEST(OddMetadata, AcceptsAShasumAloneAndLocksWhatItComputes) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("index.js", "module.exports = 'a'\n").shasum_only();
  expect_installs(work);
  EXPECT_THAT(work.project.read("lpm.lock"), HasSubstr(work.registry.integrity_of("a", "1.0.0")));
}

// labels: contract:C.7
TEST(OddMetadata, PassesOverVersionsThatAreNone) {
  Workplace work(R"({"a": "*"})");
  work.registry.publish("a", "1.0.0").file("index.js", "module.exports = 'a'\n");
  work.registry.patch_packument(
      "a", json(R"({"versions": {"latest-and-greatest": {"name": "a", "version": "x"}, "": {}}})"));
  expect_installs(work);
}

// labels: contract:C.7
TEST(OddMetadata, PassesOverATagThatPointsNowhere) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("index.js", "module.exports = 'a'\n");
  work.registry.patch_packument("a", json(R"({"dist-tags": {"latest": "9.9.9", "old": 7}})"));
  expect_installs(work);
}

// labels: contract:C.7
TEST(OddMetadata, AcceptsAByteOrderMarkInPackageJson) {
  Workplace work;
  work.project.write(
      "package.json",
      "\xEF\xBB\xBF{\n  \"name\": \"app\",\n  \"dependencies\": {\"a\": \"1\"}\n}\n");
  work.registry.publish("a", "1.0.0").file("index.js", "module.exports = 'a'\n");
  work.registry.publish("b", "1.0.0");
  expect_installs(work);
  EXPECT_EQ(work.project.lpm({"install", "b"}).status, 0);
  EXPECT_TRUE(work.project.read("package.json").starts_with("\xEF\xBB\xBF{"));
}

// labels: contract:C.7
TEST(OddMetadata, AcceptsAByteOrderMarkInsideATarball) {
  Workplace work(R"({"a": "^1.0.0"})");
  support::TarEntry manifest;
  manifest.name = "package/package.json";
  manifest.content = "\xEF\xBB\xBF{\"name\": \"a\", \"version\": \"1.0.0\"}";
  support::TarEntry file;
  file.name = "package/index.js";
  file.content = "module.exports = 'a'\n";
  work.registry.publish("a", "1.0.0").tarball(support::gzip(support::write_tar({manifest, file})));
  expect_installs(work);
}

}  // namespace
}  // namespace lpm::integration
