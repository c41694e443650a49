#include "manifest/spec.h"

#include <gtest/gtest.h>

#include "manifest/url.h"

namespace lpm::manifest {

namespace {

template <class Kind>
Kind kind_of(std::string_view text) {
  const auto spec = parse_spec("pkg", text);
  if (!spec || !std::holds_alternative<Kind>(spec->kind)) {
    ADD_FAILURE() << text << " is of another kind";
    return {};
  }
  return std::get<Kind>(spec->kind);
}

ErrorCode error_of(std::string_view text) {
  const auto spec = parse_spec("pkg", text);
  return spec ? ErrorCode::INTERNAL : spec.error().code;
}

TEST(Spec, ReadsRegistrySpecifiers) {
  EXPECT_EQ(kind_of<RangeSpec>("^1.2.0").range.text(), "^1.2.0");
  EXPECT_TRUE(kind_of<RangeSpec>("").range.is_any());
  EXPECT_EQ(kind_of<TagSpec>("next").tag, "next");
  EXPECT_EQ(error_of("not a tag"), ErrorCode::BAD_SPEC);
}

TEST(Spec, ReadsAliases) {
  const auto spec = *parse_spec("mine", "npm:@scope/theirs@^2");
  EXPECT_EQ(spec.name, "mine");
  EXPECT_EQ(spec.target, "@scope/theirs");
  EXPECT_TRUE(spec.is_alias() && spec.is_registry());
  EXPECT_TRUE(kind_of<RangeSpec>("npm:theirs").range.is_any());
  for (std::string_view text :
       {"npm:", "npm:^1", "npm:a@npm:b", "npm:a@user/repo", "npm:a@workspace:*", "npm:./a"}) {
    EXPECT_EQ(error_of(text), ErrorCode::BAD_SPEC) << text;
  }
  EXPECT_EQ(error_of("npm:../a@1"), ErrorCode::BAD_SPEC);
  EXPECT_EQ(error_of("npm:.a@1"), ErrorCode::BAD_NAME);
}

TEST(Spec, ReadsPackagesOfJsr) {
  const auto spec = parse_spec("p", "jsr:@std/path@^1.0.0");
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->target, "@jsr/std__path");
  EXPECT_EQ(std::get<RangeSpec>(spec->kind).range.text(), "^1.0.0");
  EXPECT_TRUE(std::get<RangeSpec>(parse_spec("p", "jsr:@std/path")->kind).range.is_any());
  EXPECT_EQ(std::get<TagSpec>(parse_spec("p", "jsr:@std/path@next")->kind).tag, "next");
  for (const char* bad : {"jsr:", "jsr:path", "jsr:^1", "jsr:@std", "jsr:@std/", "jsr:@../x",
                          "jsr:@std/path@file:x", "jsr:@std/a/b"})
    EXPECT_FALSE(parse_spec("p", bad)) << bad;
  // Without a name it is that of the dependency.
  const auto own = parse_spec("@std/path", "jsr:^1.0.0");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->target, "@jsr/std__path");
  EXPECT_EQ(std::get<RangeSpec>(own->kind).range.text(), "^1.0.0");
  EXPECT_EQ(std::get<TagSpec>(parse_spec("@std/path", "jsr:next")->kind).tag, "next");
  EXPECT_FALSE(parse_spec("@std/path", "jsr:"));
  const auto argument = parse_package_argument("jsr:@std/path@1");
  ASSERT_TRUE(argument);
  EXPECT_EQ(argument->name, "@std/path");
  EXPECT_EQ(argument->spec, "jsr:@std/path@1");
  EXPECT_EQ(parse_package_argument("p@jsr:@std/path")->name, "p");
}

TEST(Spec, EndsWhenAliasesAreNestedDeeply) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "npm:a@";
  EXPECT_EQ(error_of(text), ErrorCode::BAD_SPEC);
}

TEST(Spec, TurnsHostedRepositoriesIntoOneUrl) {
  for (std::string_view text :
       {"user/repo", "github:user/repo", "https://github.com/user/repo", "github:user/repo.git",
        "git+https://github.com/user/repo.git", "git://github.com/user/repo"}) {
    EXPECT_EQ(kind_of<GitSpec>(text).url, "git+https://github.com/user/repo.git") << text;
  }
  for (std::string_view text :
       {"git@github.com:user/repo.git", "git+ssh://git@github.com/user/repo",
        "ssh://git@github.com/user/repo.git", "git+ssh://git@github.com:user/repo"}) {
    EXPECT_EQ(kind_of<GitSpec>(text).url, "git+ssh://git@github.com/user/repo.git") << text;
  }
  EXPECT_EQ(kind_of<GitSpec>("gitlab:a/b/c").url, "git+https://gitlab.com/a/b/c.git");
  EXPECT_EQ(kind_of<GitSpec>("bitbucket:a/b").url, "git+https://bitbucket.org/a/b.git");
  EXPECT_EQ(kind_of<GitSpec>("gist:a/b").url, "git+https://gist.github.com/b.git");
  EXPECT_EQ(kind_of<GitSpec>("https://token@github.com/a/b").url,
            "git+https://token@github.com/a/b.git");
}

TEST(Spec, ReadsWhatStandsBehindTheHash) {
  const auto whole = kind_of<GitSpec>("user/repo#main::path:packages/a");
  EXPECT_EQ(whole.committish, "main");
  EXPECT_EQ(whole.path, "packages/a");
  EXPECT_EQ(kind_of<GitSpec>("git+https://host.example/a.git#semver:%5E1.0").range, "^1.0");
  EXPECT_EQ(error_of("user/repo#main::semver:^1"), ErrorCode::BAD_SPEC);
}

TEST(Spec, RefusesRepositoriesThatGitWouldMisread) {
  for (std::string_view text :
       {"git+ssh://-oProxyCommand=x/a", "git+ssh://git@-oX:a/b", "git+https://-x/a", "github:a/..",
        "github:..%2f../x", "github:user/a%0ab", "github:repo", "user/a%00b",
        "github:user/repo/tree/main", "bitbucket:a/b/c"}) {
    EXPECT_EQ(error_of(text), ErrorCode::BAD_SPEC) << text;
  }
}

TEST(Spec, RefusesControlCharactersOnTheWayToGit) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"git+ssh://host.example:a\0b"sv, "git+ssh://host.example:a\x1b[0m"sv,
        "git+ssh://user@host.example:a\fb#main"sv, "git+ssh://host.example:\x7f"sv,
        "git+ssh://host.example:a#b\0c"sv, "git+ssh://c@5.0.7?m:@\f.0."sv, "user/repo#a\x01z"sv,
        "user/repo#%00"sv, "user/repo#semver:%250a"sv, "git+https://host.example/a#semver:%7f"sv,
        "git+ssh://host.example:a#path:b\0"sv}) {
    EXPECT_EQ(error_of(text), ErrorCode::BAD_SPEC) << text;
  }
  EXPECT_FALSE(parse_package_argument("b@5.0.7m:@\f\0x"sv));
}

// To git these are URLs of other schemes and calls of remote helpers.
TEST(Spec, RefusesShortFormsThatGitWouldTakeForSomethingElse) {
  for (const std::string_view text :
       {"git+ssh://ext::sh -c x", "git+ssh://file:///etc", "git+ssh://fd::7/a",
        "git+ssh://git+ssh://git@host.example/a/b.git", "git+ssh://ssh://host.example/a"}) {
    EXPECT_EQ(error_of(text), ErrorCode::BAD_SPEC) << text;
  }
  EXPECT_EQ(kind_of<GitSpec>("git+ssh://git@host.example:/srv/a").url, "git@host.example:/srv/a");
}

TEST(Spec, ReadsPathsAsNpmDoes) {
  EXPECT_EQ(kind_of<FileSpec>("./a").path, "./a");
  EXPECT_EQ(kind_of<FileSpec>("file:../a").path, "../a");
  EXPECT_EQ(kind_of<FileSpec>("file:/../a").path, "../a");
  EXPECT_EQ(kind_of<FileSpec>("file:///abs/a.tgz").path, "/abs/a.tgz");
  EXPECT_EQ(kind_of<FileSpec>("file://a").path, "/a");
  EXPECT_EQ(kind_of<FileSpec>("~/a").path, "~/a");
  EXPECT_EQ(kind_of<FileSpec>("a.tgz").path, "a.tgz");
  EXPECT_EQ(kind_of<FileSpec>("portal:../a").path, "../a");
  EXPECT_TRUE(kind_of<FileSpec>("portal:../a").is_portal);
  EXPECT_FALSE(kind_of<FileSpec>("file:../a").is_portal);
  EXPECT_EQ(kind_of<FileSpec>("file:a%20b#c").path, "a%20b#c");
  EXPECT_EQ(kind_of<LinkSpec>("link:../a").path, "../a");
}

TEST(Spec, KnowsUrlsOfTarballsAndRefusesOtherSchemes) {
  EXPECT_EQ(kind_of<UrlSpec>("https://host.example/a.tgz").url, "https://host.example/a.tgz");
  EXPECT_EQ(kind_of<UrlSpec>("https://github.com/a/b/archive/x.tgz").url,
            "https://github.com/a/b/archive/x.tgz");
  EXPECT_EQ(error_of("ftp://host.example/a"), ErrorCode::UNSUPPORTED_SPEC);
  EXPECT_EQ(error_of("https://"), ErrorCode::BAD_SPEC);
}

TEST(Spec, ReadsWorkspacesAndCatalogs) {
  EXPECT_EQ(kind_of<WorkspaceSpec>("workspace:*").range, "*");
  EXPECT_EQ(kind_of<WorkspaceSpec>("workspace:").range, "*");
  EXPECT_EQ(kind_of<WorkspaceSpec>("workspace:^").range, "^");
  EXPECT_EQ(kind_of<WorkspaceSpec>("workspace:../a").range, "../a");
  const auto alias = kind_of<WorkspaceSpec>("workspace:@scope/a@^1");
  EXPECT_EQ(alias.alias_of, "@scope/a");
  EXPECT_EQ(alias.range, "^1");
  EXPECT_EQ(error_of("workspace:nonsense"), ErrorCode::BAD_SPEC);
  EXPECT_EQ(error_of("workspace:../a@1"), ErrorCode::BAD_NAME);
  EXPECT_EQ(kind_of<CatalogSpec>("catalog:").catalog, "");
  EXPECT_EQ(kind_of<CatalogSpec>("catalog:default").catalog, "");
  EXPECT_EQ(kind_of<CatalogSpec>("catalog:react18").catalog, "react18");
}

TEST(Spec, ChecksTheName) {
  const auto spec = parse_spec("../a", "^1");
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().code, ErrorCode::BAD_NAME);
}

TEST(PackageArgument, SplitsNameFromSpecifier) {
  const auto parsed = [](std::string_view text) {
    const auto argument = parse_package_argument(text);
    return argument
               ? argument->name + " | " + argument->spec + (argument->has_spec ? "" : " (none)")
               : "error";
  };
  EXPECT_EQ(parsed("a"), "a |  (none)");
  EXPECT_EQ(parsed("a@"), "a |  (none)");
  EXPECT_EQ(parsed("@s/a@^1"), "@s/a | ^1");
  EXPECT_EQ(parsed("a@npm:b@1"), "a | npm:b@1");
  EXPECT_EQ(parsed("user/repo"), " | user/repo");
  EXPECT_EQ(parsed("./a"), " | ./a");
  EXPECT_EQ(parsed("git@host.example:a/b"), " | git+ssh://git@host.example:a/b");
  EXPECT_EQ(parsed("https://host.example/a.tgz"), " | https://host.example/a.tgz");
  for (std::string_view text : {"", "@", "^1", "npm:a", "@s", ".a@1", "a@b c"}) {
    EXPECT_EQ(parsed(text), "error") << text;
  }
}

TEST(Url, KnowsAddresses) {
  for (std::string_view text :
       {"http://1.2.3.4/", "http://[::1]/", "http://[1:2:3:4:5:6:7:8]:8/", "http://[::1.2.3.4]/"}) {
    EXPECT_TRUE(parse_url(text)) << text;
  }
  for (std::string_view text : {"http://256.1.1.1/", "http://[:1]/", "http://[1:2:3:4:5:6:7:8::]/",
                                "http://[::1", "http://h:99999/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(Url, WithoutItsFragmentEndsInNoBlank) {
  EXPECT_EQ(parse_url("a:b  #x")->text_without_fragment(), "a:b");
  EXPECT_EQ(parse_url("a:b ?q#x")->text_without_fragment(), "a:b ?q");
}

TEST(Spec, ReadsYarnsPatches) {
  const auto reference = parse_patch_reference("patch:a@npm%3A^1.0.0#~/.yarn/patches/a.patch");
  ASSERT_TRUE(reference);
  EXPECT_EQ(reference->name, "a");
  EXPECT_EQ(reference->spec, "^1.0.0");
  EXPECT_EQ(reference->files, std::vector<std::string>{"~/.yarn/patches/a.patch"});
  const auto several = parse_patch_reference(
      "patch:@s/a@2.x#a.patch&optional!./b.patch&optional!builtin<compat/a>::version=2.0.0&hash=1");
  ASSERT_TRUE(several);
  EXPECT_EQ(several->name, "@s/a");
  EXPECT_EQ(several->files, (std::vector<std::string>{"a.patch", "./b.patch"}));
  EXPECT_TRUE(parse_patch_reference("patch:a@^4#~builtin<compat/a>")->files.empty());
  for (const char* text : {"a", "patch:", "patch:a", "patch:@", "patch:a@%zz#", "patch:#",
                           "patch:a@patch%3Aa@npm%253A1.0.0%23x.patch#y.patch"})
    EXPECT_FALSE(parse_patch_reference(text)) << text;
}

TEST(Spec, APatchedPackageIsThatOfTheRegistry) {
  const auto spec = parse_spec("a", "patch:b@npm%3A^1.0.0#~/b.patch");
  ASSERT_TRUE(spec) << spec.error().what;
  EXPECT_TRUE(spec->is_registry());
  EXPECT_EQ(spec->name, "a");
  EXPECT_EQ(spec->target, "b");
  EXPECT_EQ(spec->text, "patch:b@npm%3A^1.0.0#~/b.patch");
  EXPECT_EQ(parse_spec("a", "patch:a").error().code, ErrorCode::BAD_SPEC);
  EXPECT_EQ(parse_spec("a", "patch:a@workspace%3A*#x.patch").error().code,
            ErrorCode::UNSUPPORTED_SPEC);
}

}  // namespace

}  // namespace lpm::manifest
