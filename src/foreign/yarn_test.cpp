#include "foreign/test_support.h"

namespace lpm::foreign {
namespace {

constexpr std::string_view kSha512 =
    "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/"
    "SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";

TEST(YarnClassic, ReadsPatternsAndBindsDependencies) {
  ForeignLock lock = read_text(Format::YarnClassic,
                               "# yarn lockfile v1\r\n\r\n\r\n"
                               "\"@s/a@^1\", a1@npm:@s/a@1:\r\n"
                               "  version \"1.2.3\"\r\n"
                               "  resolved \"https://registry.example/@s/a/-/a-1.2.3.tgz#"
                               "da39a3ee5e6b4b0d3255bfef95601890afd80709\"\r\n"
                               "  dependencies:\r\n"
                               "    b \"^2 || ^3\"\r\n"
                               "    \"@s/c\" \"1\"\r\n"
                               "  optionalDependencies:\r\n"
                               "    o \"*\"\r\n\r\n"
                               "b@^1:\n  version \"1.0.0\"\n\n"
                               "\"b@^2 || ^3\":\n  version \"3.0.0\"\n  integrity " +
                                   std::string(kSha512) + "\n");
  EXPECT_EQ(shown(lock, lock.entries[0].edges),
            (Texts{"b -> b@3.0.0", "@s/c -> nothing", "o -> nothing"}));
  EXPECT_EQ(lock.entries[0].name, "@s/a");
  EXPECT_EQ(lock.entries[0].tarball, "https://registry.example/@s/a/-/a-1.2.3.tgz");
  EXPECT_EQ(lock.entries[0].integrity.strongest(), crypto::Algorithm::Sha1);
  EXPECT_EQ(lock.entries[0].edges[2].kind, manifest::DependencyKind::Optional);
  EXPECT_EQ(lock.entries[2].integrity.to_string(), kSha512);
  manifest::Manifest manifest;
  manifest.dependencies = {{"a1", "npm:@s/a@1"}, {"b", "^1"}};
  manifest.optional_dependencies = {{"@s/a", "9"}};
  add_importer(lock, ".", manifest);
  add_importer(lock, ".", manifest);
  ASSERT_EQ(lock.importers.size(), 1U);
  EXPECT_EQ(shown(lock, lock.importers[0].edges),
            (Texts{"a1 -> @s/a@1.2.3", "b -> b@1.0.0", "@s/a -> @s/a@1.2.3"}));
}

TEST(YarnClassic, FindsWhereResolutionsSentADependency) {
  const ForeignLock lock = read_text(
      Format::YarnClassic,
      "a@1:\n  version \"1.0.0\"\n  dependencies:\n    b \"^1\"\nb@9:\n  version \"9.0.0\"\n");
  EXPECT_EQ(shown(lock, lock.entries[0].edges), Texts{"b -> b@9.0.0"});
}

TEST(YarnClassic, TellsSourcesApart) {
  const ForeignLock lock = read_text(
      Format::YarnClassic,
      "t@https://registry.example/t.tgz:\n  version \"1.0.0\"\n"
      "  resolved \"https://registry.example/t.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709\"\n"
      "\"g@git+https://github.com/u/g.git\":\n  version \"1.0.0\"\n"
      "  resolved \"git+https://github.com/u/g.git#abc\"\n"
      "\"f@file:./f\":\n  version \"1.0.0\"\n");
  using graph::SourceKind;
  EXPECT_EQ(lock.entries[0].source,
            (graph::Source{SourceKind::Url, "https://registry.example/t.tgz"}));
  EXPECT_EQ(lock.entries[1].source,
            (graph::Source{SourceKind::Git, "git+https://github.com/u/g.git#abc"}));
  EXPECT_EQ(lock.entries[2].source, (graph::Source{SourceKind::File, "./f"}));
}

TEST(YarnClassic, NamesTheLineOfWhatIsWrong) {
  const auto problem = [](std::string_view text) {
    return problem_of(Format::YarnClassic, text).substr(std::string("f:").size());
  };
  EXPECT_EQ(problem("  version \"1\"\n"),
            "1 `f` is not understood: a line stands outside of any entry");
  EXPECT_EQ(problem("\na@1\n"), "2 `f` is not understood: an entry must end in `:`");
  EXPECT_EQ(problem("a:\n"), "1 `f` is not understood: a pattern is not of the form `name@range`");
  EXPECT_EQ(problem("a@1:\n  x:\n"), "2 `f` is not understood: `x` is not known here");
  EXPECT_EQ(problem("a@1:\n  :\n"), "2 `f` is not understood: a line has a colon only");
  EXPECT_EQ(problem("a@1:\n  x\n"), "2 `f` is not understood: a line must be a key and a value");
  EXPECT_EQ(problem("a@1:\n    b 1\n"),
            "2 `f` is not understood: a line is indented in a way that means nothing");
  EXPECT_EQ(problem("a@1:\n  dependencies:\n    b\n"),
            "3 `f` is not understood: a dependency must be a name and a range");
  EXPECT_EQ(problem("a@1:\n  version \"1\n"),
            "2 `f` is not understood: a word is not closed, or "
            "empty");
  EXPECT_EQ(problem("<<<<<<< ours\n"), "1 `f` is not understood: it holds merge-conflict markers");
}

constexpr std::string_view kMetadata = "__metadata:\n  version: 8\n";

TEST(YarnBerry, BindsDescriptorsAndProjects) {
  const ForeignLock lock = read_text(Format::YarnBerry, std::string(kMetadata) + R"(
"@s/a@npm:^1, @s/a@npm:1":
  version: 1.2.3
  resolution: "@s/a@npm:1.2.3"
  dependencies:
    b: ^2
    node-gyp: "npm:latest"
    o: "npm:1"
  dependenciesMeta:
    o: {optional: true}
  peerDependencies:
    p: "*"
  conditions: os=linux & cpu=x64 & libc=glibc
"b@npm:^2":
  version: 2.0.0
  resolution: "b@npm:2.0.0"
"p@npm:5":
  version: 5.0.0
  resolution: "p@npm:5.0.0::__archiveUrl=https%3A%2F%2Fregistry.example%2Fp.tgz"
"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    "@s/a": "npm:^1"
    m: "workspace:*"
"m@workspace:*, m@workspace:packages/m":
  version: 0.0.0-use.local
  resolution: "m@workspace:packages/m"
  dependencies: {b: "npm:^2"}
)");
  EXPECT_EQ(lock.version, "8");
  const Entry* a = find_entry(lock, "@s/a");
  EXPECT_EQ(shown(lock, a->edges), (Texts{"b -> b@2.0.0", "o -> nothing", "p -> p@5.0.0"}));
  EXPECT_EQ(a->edges[1].kind, manifest::DependencyKind::Optional);
  EXPECT_EQ(a->platform, (manifest::PlatformFilter{{"linux"}, {"x64"}, {"glibc"}}));
  EXPECT_EQ(find_entry(lock, "p")->tarball, "https://registry.example/p.tgz");
  ASSERT_EQ(lock.importers.size(), 2U);
  EXPECT_EQ(shown(lock, lock.importers[0].edges),
            (Texts{"@s/a -> @s/a@1.2.3", "m -> m@0.0.0-use.local"}));
  EXPECT_EQ(lock.importers[1].path, "packages/m");
  EXPECT_EQ(preferred(lock), (Texts{"@s/a@1.2.3 b=2.0.0", "b@2.0.0", "p@5.0.0"}));
}

TEST(YarnBerry, ReadsWhatAPatchedPackageIsMadeOf) {
  const ForeignLock lock = read_text(Format::YarnBerry, std::string(kMetadata) + R"(
"t@patch:t@npm%3A5#optional!builtin<compat/t>":
  version: 5.0.0
  resolution: "t@patch:t@npm%3A5.0.0#optional!builtin<compat/t>::version=5.0.0&hash=1"
"a@patch:a@npm%3A1#~/.yarn/patches/a.patch":
  version: 1.0.0
  resolution: "a@patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch::version=1.0.0&hash=1"
"g@https://github.com/u/g.git":
  version: 1.0.0
  resolution: "g@https://github.com/u/g.git#commit=abc"
"l@portal:../l::locator=app%40workspace%3A.":
  version: 0.0.0-use.local
  resolution: "l@portal:../l::locator=app%40workspace%3A."
)");
  EXPECT_EQ(omitted(lock), Texts{});
  EXPECT_EQ(find_entry(lock, "a")->version, "1.0.0");
  EXPECT_EQ(find_entry(lock, "t")->source, graph::Source{});
  using graph::SourceKind;
  EXPECT_EQ(find_entry(lock, "g")->source,
            (graph::Source{SourceKind::Git, "https://github.com/u/g.git#commit=abc"}));
  EXPECT_EQ(find_entry(lock, "l")->source, (graph::Source{SourceKind::Link, "../l"}));
}

TEST(YarnBerry, NamesTheLineOfWhatIsWrong) {
  EXPECT_EQ(problem_of(Format::YarnBerry, "a: 1\n"),
            "f:1 `f` is not understood: `__metadata` has no `version`");
  EXPECT_EQ(problem_of(Format::YarnBerry, std::string(kMetadata) + "a: {version: 1}\n"),
            "f:3 `f` is not understood: an entry has no `resolution`");
  EXPECT_EQ(problem_of(Format::YarnBerry, std::string(kMetadata) + "a: {resolution: 'a@x:1'}\n"),
            "f:3 `f` is not understood: the resolution of `a` is not known");
}

}  // namespace
}  // namespace lpm::foreign
