#include "foreign/test_support.h"

namespace lpm::foreign {
namespace {

using graph::SourceKind;

TEST(PnpmLock, ReadsKeysOfFormatFive) {
  const ForeignLock lock = read_text(Format::Pnpm, R"(lockfileVersion: 5.4
specifiers: {'@s/a': ^1, n: 'npm:real@2', l: 'link:../l'}
dependencies:
  '@s/a': 1.2.3_react@18.0.0
  n: /real/2.0.0
  l: link:../l
packages:
  /@s/a/1.2.3_react@18.0.0:
    resolution: {integrity: bad}
    peerDependencies: {react: '*'}
    dependencies: {react: 18.0.0}
    optionalDependencies: {g: github.com/u/g/abc}
    os: [linux]
    cpu: '!arm'
  /react/18.0.0:
    optional: true
  registry.example/real/2.0.0:
    dev: false
  /real/2.0.0:
    patched: true
  github.com/u/g/abc:
    name: g
    version: 1.0.0
    resolution: {type: git, repo: 'https://github.com/u/g', commit: abc}
)");
  EXPECT_EQ(shown(lock, lock.importers[0].edges),
            (Texts{"@s/a -> @s/a@1.2.3", "n -> real@2.0.0", "l -> nothing"}));
  EXPECT_EQ(lock.importers[0].edges[1].spec, "npm:real@2");
  EXPECT_EQ(shown(lock, lock.entries[0].edges), (Texts{"react -> react@18.0.0", "g -> g@1.0.0"}));
  EXPECT_EQ(lock.entries[0].edges[0].kind, manifest::DependencyKind::Peer);
  EXPECT_EQ(lock.entries[0].platform, (manifest::PlatformFilter{{"linux"}, {"!arm"}, {}}));
  EXPECT_EQ(find_entry(lock, "g")->source,
            (graph::Source{SourceKind::Git, "https://github.com/u/g#abc"}));
  EXPECT_EQ(omitted(lock),
            Texts{"8: the integrity of `@s/a@1.2.3` is not understood; the registry's is taken"});
  EXPECT_EQ(preferred(lock), (Texts{"@s/a@1.2.3", "react@18.0.0", "real@2.0.0"}));
}

TEST(PnpmLock, ReadsKeysOfFormatSix) {
  const ForeignLock lock = read_text(Format::Pnpm, R"(lockfileVersion: '6.0'
importers:
  .:
    dependencies:
      a: {specifier: ^1, version: 1.0.0(r@1.0.0)(@s/t@2.0.0)}
  packages/m:
    devDependencies:
      n: {specifier: 'npm:a@1', version: /a@1.0.0(r@2.0.0)}
      d: {specifier: 'file:d', version: 'file:packages/d'}
packages:
  /a@1.0.0(r@1.0.0)(@s/t@2.0.0):
    dependencies: {r: 1.0.0}
  /a@1.0.0(r@2.0.0):
    dependencies: {r: 2.0.0}
  /r@1.0.0: {}
  /r@2.0.0: {}
  file:packages/d:
    resolution: {directory: packages/d, type: directory}
    name: d
    version: 0.1.0
  '@registry.example/x.tgz':
    resolution: {tarball: 'https://registry.example/x.tgz'}
    name: x
    version: 1.0.0
  file:f.tgz:
    resolution: {integrity: '', tarball: 'file:f.tgz'}
    name: f
    version: 1.0.0
)");
  ASSERT_EQ(lock.importers.size(), 2U);
  EXPECT_EQ(lock.importers[1].path, "packages/m");
  EXPECT_EQ(shown(lock, lock.importers[1].edges), (Texts{"n -> a@1.0.0", "d -> d@0.1.0"}));
  EXPECT_EQ(find_entry(lock, "d")->source, (graph::Source{SourceKind::Directory, "packages/d"}));
  EXPECT_EQ(find_entry(lock, "x")->source,
            (graph::Source{SourceKind::Url, "https://registry.example/x.tgz"}));
  EXPECT_EQ(find_entry(lock, "f")->source, (graph::Source{SourceKind::File, "f.tgz"}));
  EXPECT_EQ(preferred(lock), (Texts{"a@1.0.0 r=1.0.0", "r@1.0.0", "r@2.0.0"}));
}

TEST(PnpmLock, JoinsPackagesAndSnapshotsOfFormatNine) {
  const ForeignLock lock = read_text(Format::Pnpm, R"(---
lockfileVersion: '9.0'
packages: {pnpm@11.0.0: {}}
---
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      a: {specifier: ^1, version: 1.0.0(r@1.0.0)}
      t: {specifier: 'https://registry.example/t.tgz', version: 'https://registry.example/t.tgz'}
packages:
  a@1.0.0:
    peerDependencies: {r: '*'}
    libc: [musl]
  r@1.0.0: {}
  t@https://registry.example/t.tgz:
    resolution: {tarball: 'https://registry.example/t.tgz'}
    version: 1.0.0
snapshots:
  a@1.0.0(r@1.0.0):
    dependencies: {r: 1.0.0}
  r@1.0.0(patch_hash=abc): {}
  r@1.0.0: {optional: true}
  t@https://registry.example/t.tgz: {}
)");
  EXPECT_EQ(shown(lock, lock.importers[0].edges), (Texts{"a -> a@1.0.0", "t -> t@1.0.0"}));
  EXPECT_EQ(lock.entries[0].platform.libc, Texts{"musl"});
  EXPECT_EQ(lock.entries[0].edges[0].kind, manifest::DependencyKind::Peer);
  EXPECT_EQ(find_entry(lock, "t")->source,
            (graph::Source{SourceKind::Url, "https://registry.example/t.tgz"}));
  EXPECT_EQ(omitted(lock), Texts{});  // patches are the manifest's
}

TEST(PnpmLock, NamesTheLineOfWhatIsWrong) {
  EXPECT_EQ(problem_of(Format::Pnpm, ""), "f:1 `f` is not understood: it is empty");
  EXPECT_EQ(problem_of(Format::Pnpm, "a: 1\n"),
            "f:1 `f` is not understood: it has no `lockfileVersion`");
  EXPECT_EQ(problem_of(Format::Pnpm, "lockfileVersion: 4\n"),
            "f:1 `f` is not understood: `lockfileVersion` 4 is not known");
  EXPECT_EQ(problem_of(Format::Pnpm, "lockfileVersion: 9\npackages:\n  a: {}\n"),
            "f:3 `f` is not understood: the key `a` is not known");
  EXPECT_EQ(problem_of(Format::Pnpm, "lockfileVersion: 6\npackages:\n  a@1: {}\n"),
            "f:3 `f` is not understood: the key `a@1` is not known");
  EXPECT_EQ(problem_of(Format::Pnpm, "lockfileVersion: 5\npackages:\n  /@s/a: {}\n"),
            "f:3 `f` is not understood: the key `/@s/a` is not known");
}

TEST(BunLock, BindsPlacesSourcesAndMembers) {
  const ForeignLock lock = read_text(Format::Bun, R"({
  "lockfileVersion": 1, // a comment
  "workspaces": {
    "": {"name": "app", "dependencies": {"a": "1", "n": "npm:b@2"}, "peerDependencies": {"b": "*"},},
    "packages/m": {"name": "m", "devDependencies": {"b": "2"}},
  },
  "packages": {
    "@s/c/b": ["b@1.0.0", "", {}, "sha512-x"],
    "@s/c": ["@s/c@1.0.0", "https://registry.example/c.tgz", {"optionalDependencies": {"b": "1"}}],
    "a": ["a@1.0.0", "", {"dependencies": {"@s/c": "1"}, "os": "linux", "cpu": ["x64", "arm64"]}],
    "b": ["b@3.0.0", "", {}],
    "f": ["f@../f.tgz", {}],
    "g": ["g@github:u/g#abc", {}, "u-g-abc"],
    "m": ["m@workspace:packages/m"],
    "m/b": ["b@2.0.0", "", {"bundled": true}],
    "n": ["b@2.0.0", "", {}],
    "r": ["app@root:", {}],
    "t": ["t@https://registry.example/t.tgz", {}, "sha512-x"],
  },
  "patchedDependencies": {
    "a@1.0.0": "patches/a.patch"
  }
})");
  EXPECT_EQ(lock.version, "1");
  EXPECT_EQ(shown(lock, lock.importers[0].edges),
            (Texts{"a -> a@1.0.0", "n -> b@2.0.0", "b -> b@3.0.0"}));
  EXPECT_EQ(shown(lock, lock.importers[1].edges), Texts{"b -> b@2.0.0"});
  EXPECT_EQ(shown(lock, find_entry(lock, "@s/c")->edges), Texts{"b -> b@1.0.0"});
  EXPECT_EQ(find_entry(lock, "@s/c")->tarball, "https://registry.example/c.tgz");
  EXPECT_EQ(find_entry(lock, "a")->platform,
            (manifest::PlatformFilter{{"linux"}, {"x64", "arm64"}, {}}));
  EXPECT_EQ(find_entry(lock, "f")->source, (graph::Source{SourceKind::File, "../f.tgz"}));
  EXPECT_EQ(find_entry(lock, "g")->source, (graph::Source{SourceKind::Git, "github:u/g#abc"}));
  EXPECT_EQ(find_entry(lock, "t")->source.kind, SourceKind::Url);
  EXPECT_EQ(find_entry(lock, "m")->source, (graph::Source{SourceKind::Workspace, "packages/m"}));
  EXPECT_EQ(omitted(lock),
            (Texts{"8: the integrity of `b@1.0.0` is not understood; the registry's is taken",
                   "18: the integrity of `t@` is not understood; the registry's is taken"}));
}

TEST(BunLock, NamesTheLineOfWhatIsWrong) {
  EXPECT_EQ(problem_of(Format::Bun, "{}"),
            "f:1 `f` is not understood: it has no `lockfileVersion`");
  EXPECT_EQ(problem_of(Format::Bun, "{\"lockfileVersion\": 7}"),
            "f:1 `f` is not understood: `lockfileVersion` 7 is not known");
  EXPECT_EQ(problem_of(Format::Bun, "{\"lockfileVersion\": 1, \"packages\": {\n\"a\": 1}}"),
            "f:2 `f` is not understood: `a` must be a list");
  EXPECT_EQ(problem_of(Format::Bun, "{\"lockfileVersion\": 1, \"packages\": {\n\"a\": [\"a\"]}}"),
            "f:2 `f` is not understood: `a` has no name and resolution");
  EXPECT_EQ(problem_of(Format::Bun,
                       "{\"lockfileVersion\": 1, \"packages\": {\n\"a\": "
                       "[\"a@1.0.0\"],\n\"a\": [\"a@1.0.0\"]}}"),
            "f:3 `f` is not understood: `a` is there twice or too deep");
  EXPECT_EQ(omitted(read_text(Format::Bun,
                              "{\"lockfileVersion\": 1, \"packages\": {\"b/a\": "
                              "[\"a@1.0.0\"]}}")),
            Texts{"1: `b/a` stands below a package that is not in the file"});
}

TEST(ForeignLock, KnowsFormatsByNameAndYarnsByText) {
  EXPECT_EQ(format_of("a/yarn.lock", "# yarn\n\n__metadata:\n"), Format::YarnBerry);
  EXPECT_EQ(format_of("yarn.lock", "# yarn lockfile v1\n"), Format::YarnClassic);
  EXPECT_EQ(format_of("bun.lockb", ""), Format::BunBinary);
  EXPECT_EQ(format_of("package.json", ""), std::nullopt);
  EXPECT_EQ(format_named("pnpm-lock"), Format::Pnpm);
  EXPECT_EQ(format_named("pnpm"), std::nullopt);
  EXPECT_EQ(tool_of(Format::Shrinkwrap), "npm");
  EXPECT_EQ(name_of(Format::YarnBerry), "yarn-berry");
}

TEST(ForeignLock, RefusesWhatIsBinaryOrTooLarge) {
  const Result<ForeignLock> lock = read_lockfile(Format::BunBinary, "", "bun.lockb");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().hints.size(), 1U);
  EXPECT_EQ(problem_of(Format::YarnClassic, std::string((32U << 20) + 1, '\n')),
            "f `f` is not understood: it is larger than 33.6 MB");
}

}  // namespace
}  // namespace lpm::foreign
