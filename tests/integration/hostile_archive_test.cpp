// Contracts G.1 to G.5 and G.10 to G.12, through `lpm install` with hostile tarballs.
#include <sys/stat.h>

#include <chrono>
#include <utility>

#include "integration/support.h"

namespace lpm::integration {
namespace {

using support::TarEntry;

TarEntry entry(std::string name, std::string content = "x", char type = '0') {
  TarEntry made;
  made.name = std::move(name);
  made.content = std::move(content);
  made.type = type;
  return made;
}

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

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  return ::lstat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0U;
}

// A project that asks for `evil`, and a file outside that must never change.
struct Target : Workplace {
  Target() : Workplace(R"({"evil": "1.0.0"})") {
    project.write(sentinel, "untouched");
    before = project.snapshot("package.json");
  }
  support::PackageBuilder evil() { return registry.publish("evil", "1.0.0"); }
  Ran install() {
    Ran ran = project.lpm({"install"});
    EXPECT_EQ(project.read(sentinel), "untouched");
    EXPECT_EQ(ran.signal, 0) << ran;
    return ran;
  }
  void expect_refused(const std::string& code) {
    const Ran ran = install();
    EXPECT_EQ(ran.status, 50) << ran;
    EXPECT_THAT(ran.err, HasSubstr("code: LPM_" + code));
    EXPECT_THAT(ran.err, HasSubstr("evil@1.0.0"));
    EXPECT_FALSE(project.exists("node_modules"));
    EXPECT_FALSE(project.exists("lpm.lock"));
    EXPECT_EQ(project.snapshot("package.json"), before);
    EXPECT_FALSE(has_entry()) << project.tree(project.home() + "/.lpm/store");
    EXPECT_FALSE(project.exists(project.root() + "/escaped"));
    EXPECT_FALSE(project.exists(project.home() + "/escaped"));
    EXPECT_FALSE(project.exists("escaped"));
  }
  bool has_entry() const {
    return project.tree(project.home() + "/.lpm/store").find("evil@1.0.0") != std::string::npos;
  }
  std::string installed(const std::string& path) const { return "node_modules/evil/" + path; }

  std::string sentinel = project.root() + "/sentinel";
  std::map<std::string, std::string> before;
};

// labels: contract:G.1
TEST(HostileArchive, MayNotClimbOut) {
  TarEntry by_pax = entry("package/innocent");
  by_pax.pax = {{"path", "package/../../../escaped"}};
  TarEntry by_long_name = entry("package/innocent");
  by_long_name.long_name = "package/../../escaped";
  for (const TarEntry& bad :
       {entry("package/../../escaped"), entry("package/a/../../../escaped"), entry("../escaped"),
        entry("package/.."), entry("../package/x"), by_pax, by_long_name}) {
    SCOPED_TRACE(bad.name);
    Target target;
    target.evil().entry(bad);
    target.expect_refused("PATH_TRAVERSAL");
  }
}

// labels: contract:G.1
TEST(HostileArchive, SaysPathTraversal) {
  Target target;
  target.evil().entry(entry("package/../../escaped"));
  EXPECT_THAT(target.install().err, HasSubstr("path traversal"));
}

// labels: contract:G.2
TEST(HostileArchive, LandsAbsolutePathsBelowThePackage) {
  Target target;
  target.evil().entry(entry("/etc/escaped", "inside"));
  EXPECT_EQ(target.install().status, 0);
  EXPECT_THAT(target.project.tree("node_modules/.lpm/evil@1.0.0"), HasSubstr("escaped"));
  EXPECT_FALSE(target.project.exists("/etc/escaped"));
}

// labels: contract:G.3
TEST(HostileArchive, MakesNoLinksAndDevices) {
  Target target;
  TarEntry symlink = entry("package/link", "", '2');
  symlink.link = target.sentinel;
  TarEntry folder_link = entry("package/folder", "", '2');
  folder_link.link = target.project.root();
  TarEntry hard_link = entry("package/hard", "", '1');
  hard_link.link = target.sentinel;
  target.evil()
      .file("index.js", "kept")
      .entry(symlink)
      .entry(folder_link)
      .entry(entry("package/folder/sentinel", "overwritten"))
      .entry(hard_link)
      .entry(entry("package/null", "", '3'))
      .entry(entry("package/pipe", "", '6'));
  const Ran ran = target.project.lpm({"install", "--json", "--verbose"});
  ASSERT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(target.project.read(target.sentinel), "untouched");
  EXPECT_EQ(JsonValue::parse(ran.out).at("skipped_archive_entries").integer(), 5);
  for (const char* name : {"link", "hard", "null", "pipe"})
    EXPECT_FALSE(target.project.exists(target.installed(name))) << name;
  EXPECT_EQ(target.project.read(target.installed("folder/sentinel")), "overwritten");
  EXPECT_EQ(target.project.link_target(target.installed("folder")), "");
  EXPECT_EQ(target.project.read(target.installed("index.js")), "kept");
}

// labels: contract:G.3
TEST(HostileArchive, TellsAboutSkippedEntriesWithVerbose) {
  Target target;
  TarEntry symlink = entry("package/link", "", '2');
  symlink.link = "/etc/passwd";
  target.evil().entry(symlink);
  const Ran ran = target.project.lpm({"install", "--verbose"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.err + ran.out, HasSubstr("skipped"));
}

// labels: contract:G.4
TEST(HostileArchive, KeepsExecuteBitsAndNoOthers) {
  Target target;
  const auto with_mode = [](const char* name, unsigned mode) {
    TarEntry made = entry(name);
    made.mode = mode;
    return made;
  };
  target.evil()
      .entry(with_mode("package/setuid", 04755))
      .entry(with_mode("package/setgid", 02711))
      .entry(with_mode("package/sticky", 01666))
      .entry(with_mode("package/unreadable", 0000))
      .entry(with_mode("package/world", 0777));
  ASSERT_EQ(target.install().status, 0);
  const auto mode = [&](const char* name) {
    return mode_of(target.project.path(target.installed(name)));
  };
  EXPECT_EQ(mode("setuid"), 0755U);
  EXPECT_EQ(mode("setgid"), 0755U);
  EXPECT_EQ(mode("sticky"), 0644U);
  EXPECT_EQ(mode("unreadable"), 0644U);
  EXPECT_EQ(mode("world"), 0755U);
}

// labels: contract:G.5
TEST(HostileArchive, KeepsNamesThatOnlyLookLikeParents) {
  Target target;
  const std::string look_alike = "\xEF\xBC\x8E\xEF\xBC\x8E";
  target.evil().entry(entry("package/" + look_alike + "/x", "literal")).file("empty", "");
  ASSERT_EQ(target.install().status, 0);
  EXPECT_EQ(target.project.read(target.installed(look_alike + "/x")), "literal");
  EXPECT_TRUE(target.project.exists(target.installed("empty")));
}

// labels: contract:G.5
TEST(HostileArchive, FailsOnANameThatIsTooLong) {
  Target target;
  TarEntry long_name = entry("package/innocent");
  long_name.long_name = "package/" + std::string(300, 'n');
  target.evil().entry(long_name);
  const Ran ran = target.install();
  EXPECT_NE(ran.status, 0);
  EXPECT_THAT(ran.err, HasSubstr("File name too long"));
  EXPECT_FALSE(target.project.exists("node_modules"));
  EXPECT_FALSE(target.has_entry());
}

// labels: contract:G.6
TEST(HostileArchive, LeavesNothingOfAPackageWithOneBadEntry) {
  Target target;
  target.evil().file("good.js", "good").entry(entry("package/../../escaped"));
  target.expect_refused("PATH_TRAVERSAL");
}

// labels: contract:G.7
TEST(HostileArchive, HoldsAPathTwiceOnlyWithOneContent) {
  Target twin;
  twin.evil().entry(entry("package/x", "same")).entry(entry("package/x", "same"));
  EXPECT_EQ(twin.install().status, 0);
  EXPECT_EQ(twin.project.read(twin.installed("x")), "same");
  Target two_faced;
  two_faced.evil().entry(entry("package/x", "one")).entry(entry("package/x", "other"));
  const Ran ran = two_faced.install();
  EXPECT_EQ(ran.status, 50) << ran;
  EXPECT_THAT(ran.err, HasSubstr("allow-duplicate-entries"));
}

// Names that are one on a volume that does not tell them apart.
const std::vector<std::pair<std::string, std::string>> kTwins = {
    {"README.md", "readme.md"}, {"lib/A/x", "lib/a/y"}, {"caf\xC3\xA9", "cafe\xCC\x81"}};

// labels: contract:G.8
TEST(HostileArchive, KeepsNamesThatDifferInSpellingWhereTheVolumeTellsThemApart) {
  for (const auto& [one, other] : kTwins) {
    SCOPED_TRACE(one);
    Target target;
    target.evil().file(one, "one").file(other, "other");
    ASSERT_EQ(target.install().status, 0);
    EXPECT_EQ(target.project.read(target.installed(one)), "one");
    EXPECT_EQ(target.project.read(target.installed(other)), "other");
  }
}

// labels: contract:G.8
TEST(HostileArchive, RefusesNamesThatTheVolumeWouldMerge) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer's library must be the first";
#endif
  for (const auto& [one, other] : kTwins) {
    for (const bool in_store : {true, false}) {
      if (!in_store && one.find('/') != std::string::npos) continue;  // folders merge without loss
      for (const std::size_t size : {std::size_t{10}, std::size_t{3} << 20}) {
        SCOPED_TRACE(one + (in_store ? ", in the store" : ", in the project") + ", " +
                     std::to_string(size) + " bytes");
        Target target;
        target.evil().file(one, "one").file(other, "other").file("big", noise(size));
        target.project.set("LD_PRELOAD", LPM_MERGING_NAMES);
        target.project.set("LPM_TEST_MERGES_NAMES",
                           in_store ? target.project.home() : target.project.path());
        const Ran ran = target.install();
        EXPECT_EQ(ran.status, in_store ? 50 : 1) << ran;
        EXPECT_THAT(ran.err, HasSubstr(in_store ? "LPM_BAD_TARBALL" : "LPM_LINK"));
        EXPECT_THAT(ran.err, HasSubstr("for one"));
        EXPECT_THAT(ran.err, HasSubstr("hint: "));
        EXPECT_FALSE(target.project.exists("node_modules"));
        EXPECT_FALSE(target.project.exists("lpm.lock"));
        if (in_store) EXPECT_FALSE(target.has_entry());
      }
    }
  }
}

// labels: contract:G.9
TEST(HostileArchive, NeverGivesAPartOfADamagedArchive) {
  const std::string whole = [] {
    FakeRegistry registry;
    registry.publish("evil", "1.0.0").file("index.js", "whole");
    return registry.tarball_bytes("evil", "1.0.0");
  }();
  std::string bad_crc = whole;
  bad_crc[bad_crc.size() - 6] ^= 1;
  for (const std::string& bytes :
       {whole.substr(0, whole.size() / 2), whole.substr(0, whole.size() - 3), bad_crc,
        std::string("not gzip"), std::string()}) {
    Target target;
    target.evil().tarball(bytes);
    target.expect_refused("");
  }
}

// labels: contract:G.9
TEST(HostileArchive, RefusesAWrongHeaderChecksum) {
  Target target;
  TarEntry bad = entry("package/x");
  bad.bad_checksum = true;
  target.evil().entry(bad);
  target.expect_refused("BAD_TARBALL");
}

// labels: contract:G.10
TEST(HostileArchive, RefusesADeclaredSizeOverTheCap) {
  Target target;
  TarEntry huge = entry("package/huge");
  huge.declared_size = 501LL << 20;
  target.evil().entry(huge);
  target.expect_refused("LIMIT");
}

// labels: contract:G.10 slow
TEST(HostileArchive, HoldsTheCapOfEntries) {
  // Links count as entries, and no file is made of them.
  constexpr int kCap = 100'000;
  for (const int over : {0, 1}) {
    Target target;
    support::PackageBuilder evil = target.evil();
    TarEntry link = entry("package/link", "", '2');
    link.link = "elsewhere";
    for (int i = 0; i < kCap - 1 + over; ++i) evil.entry(link);
    if (over == 0)
      EXPECT_EQ(target.install().status, 0);
    else
      target.expect_refused("LIMIT");
  }
}

// labels: contract:G.10 slow
TEST(HostileArchive, HoldsTheCapOfTheRatio) {
  // Judged from 64 MiB on; zeros shrink a thousandfold.
  Target below;
  below.evil().file("zeros", std::string(60U << 20, '\0'));
  EXPECT_EQ(below.install().status, 0);
  // As large as what is refused, and not shrunk as far.
  std::string mixed;
  while (mixed.size() < 70U << 20) mixed += noise(10'000) + std::string(500'000, '\0');
  Target ordinary;
  ordinary.evil().file("mixed", mixed);
  EXPECT_EQ(ordinary.install().status, 0);
  Target over;
  over.evil().file("zeros", std::string(70U << 20, '\0'));
  over.expect_refused("LIMIT");
}

// labels: contract:G.10
TEST(HostileArchive, HoldsTheCapOfCompressedBytes) {
  Target target;
  target.evil().file("index.js", "1");
  target.registry.fault("/evil/-/*").content_length((500LL << 20) + 1);
  const Ran ran = target.install();
  EXPECT_EQ(ran.status, 50) << ran;
  EXPECT_THAT(ran.err, HasSubstr("LPM_LIMIT"));
  EXPECT_LT(ran.elapsed, std::chrono::seconds(10));
  EXPECT_FALSE(target.project.exists("node_modules"));
  EXPECT_EQ(target.registry.count("/evil/-/*"), 1U) << "a body that is too large is not retried";
}

// labels: contract:G.10
TEST(HostileArchive, RefusesHugeHeaderRecords) {
  Target target;
  TarEntry pax = entry("package/x");
  pax.pax = {{"comment", std::string(2U << 20, 'c')}};
  target.evil().entry(pax);
  target.expect_refused("LIMIT");
  Target named;
  TarEntry long_name = entry("package/x");
  long_name.long_name = "package/" + std::string(2U << 20, 'n');
  named.evil().entry(long_name);
  named.expect_refused("LIMIT");
}

// labels: contract:G.11
TEST(HostileArchive, ShowsExpectedAndReceivedIntegrity) {
  Target target;
  const std::string wrong = "sha512-" + std::string(86, 'A') + "==";
  target.evil().file("index.js", "other").integrity(wrong);
  const std::string received =
      support::sha512_integrity(target.registry.tarball_bytes("evil", "1.0.0"));
  const Ran ran = target.install();
  EXPECT_THAT(ran.err, HasSubstr(wrong));
  EXPECT_THAT(ran.err, HasSubstr(received));
  target.expect_refused("INTEGRITY");
}

// labels: contract:G.11
TEST(HostileArchive, LetsTheStrongestKnownHashDecide) {
  const std::string wrong = std::string(86, 'A') + "==";
  Target target;
  target.evil().file("index.js", "1");
  const std::string right =
      support::sha512_integrity(target.registry.tarball_bytes("evil", "1.0.0"));
  target.evil()
      .file("index.js", "1")
      .integrity("sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA= md5-xyz " + right + "?option sha512-" + wrong);
  EXPECT_EQ(target.install().status, 0);
}

// labels: contract:G.11
TEST(HostileArchive, RefusesAnIntegrityThatNothingCanVerify) {
  for (const char* dist : {R"({"shasum": null, "integrity": "md5-1B2M2Y8AsgTpgAmY7PhCfg=="})",
                           R"({"shasum": null, "integrity": "sha512-tooshort sha9-AAAA"})",
                           R"({"shasum": "not hex", "integrity": null})"}) {
    for (const std::vector<std::string>& flags :
         {std::vector<std::string>{}, {"--prod"}, {"--lockfile-only"}}) {
      SCOPED_TRACE(std::string(dist) + (flags.empty() ? "" : " " + flags.front()));
      Target unusable;
      unusable.evil().packument_only(JsonValue::parse(R"({"dist": )" + std::string(dist) + "}"));
      std::vector<std::string> command = {"install"};
      command.insert(command.end(), flags.begin(), flags.end());
      const Ran ran = unusable.project.lpm(command);
      EXPECT_EQ(ran.status, 50) << ran;
      EXPECT_THAT(ran.err, HasSubstr("LPM_NO_INTEGRITY"));
      EXPECT_THAT(ran.err, HasSubstr("evil@1.0.0"));
      EXPECT_FALSE(unusable.project.exists("node_modules"));
      EXPECT_FALSE(unusable.project.exists("lpm.lock"));
      EXPECT_FALSE(unusable.has_entry());
    }
  }
}

// A registry without any hash is taken at its word; what was computed is locked.
// labels: contract:G.11
TEST(HostileArchive, AcceptsAPackageThatPromisesNothing) {
  Target target;
  target.evil().file("index.js", "1").no_hash();
  EXPECT_EQ(target.install().status, 0);
  EXPECT_THAT(target.project.read("lpm.lock"), HasSubstr("integrity = \"sha512-"));
}

// labels: contract:G.11
TEST(HostileArchive, RefusesASha1WhereASha512IsLocked) {
  Target target;
  target.evil().file("index.js", "first").shasum_only();
  ASSERT_EQ(target.install().status, 0);
  target.forget_all_but_the_lockfile();
  target.evil().file("index.js", "second").shasum_only();
  const Ran ran = target.install();
  EXPECT_EQ(ran.status, 50) << ran;
  EXPECT_THAT(ran.err, HasSubstr("LPM_INTEGRITY"));
}

// labels: contract:G.12
TEST(HostileArchive, RefusesBinsThatLeaveThePackage) {
  for (const char* bins :
       {R"({"tool": "../../../sentinel"})", R"({"tool": "/bin/sh"})", R"({"../tool": "cli.js"})",
        R"({"a/b": "cli.js"})", R"({"..": "cli.js"})", R"({"": "cli.js"})"}) {
    SCOPED_TRACE(bins);
    Target target;
    target.evil()
        .file("cli.js", "#!/usr/bin/env node\n")
        .manifest(JsonValue::parse(R"({"bin": )" + std::string(bins) + "}"));
    const Ran ran = target.install();
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_EQ(target.project.tree("node_modules/.bin"), "(absent)\n");
    EXPECT_FALSE(target.project.exists("node_modules/tool"));
    EXPECT_THAT(ran.err, HasSubstr("evil")) << "no warning";
  }
}

}  // namespace
}  // namespace lpm::integration
