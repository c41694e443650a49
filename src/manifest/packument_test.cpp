#include "manifest/packument.h"

#include <gtest/gtest.h>

#include <string>

#include "manifest/packument_layout.h"

namespace lpm::manifest {
namespace {

constexpr std::string_view kBase = "http://registry.example/";

PaddedBuffer buffer_of(std::string_view text) {
  PaddedBuffer buffer;
  buffer.append(text.data(), text.size());
  return buffer;
}

Result<std::shared_ptr<const Packument>> parse(std::string_view json, std::string_view name = "a") {
  PaddedBuffer buffer = buffer_of(json);
  return Packument::parse(buffer, name, kBase);
}

std::shared_ptr<const Packument> parsed(std::string_view json, std::string_view name = "a") {
  auto result = parse(json, name);
  if (!result) {
    ADD_FAILURE() << result.error().what << ": " << result.error().facts.at(0).text;
    std::abort();
  }
  return *result;
}

// A document with one version `1.0.0` that has the given members.
std::shared_ptr<const Packument> with_members(std::string_view members) {
  return parsed(std::string(R"({"name":"a","versions":{"1.0.0":{)").append(members).append("}}}"));
}

std::string joined(const std::vector<NameAndText>& pairs) {
  std::string text;
  for (const NameAndText& pair : pairs)
    text.append(pair.name).append("@").append(pair.text).append(" ");
  return text;
}

std::string joined(const std::vector<std::string_view>& items) {
  std::string text;
  for (const std::string_view item : items) text.append(item).append(" ");
  return text;
}

// Quadratic, this took a minute.
TEST(Packument, ReadsHundredsOfThousandsOfDependenciesQuickly) {
  std::string map = "{";
  for (int i = 0; i < 300'000; ++i) map += "\"d" + std::to_string(i) + "\":\"1\",";
  map.back() = '}';
  const std::int64_t begin = monotonic_now();
  const auto packument =
      with_members("\"dependencies\":" + map + ",\"optionalDependencies\":" + map);
  EXPECT_LT(monotonic_now() - begin, 15'000'000'000);
  EXPECT_EQ(packument->dependencies(0).size(), 0U);
  EXPECT_EQ(packument->optional_dependencies(0).size(), 300'000U);
}

TEST(Packument, OrdersVersionsDescending) {
  const auto packument = parsed(R"({"name":"a","versions":{
      "1.0.0":{},"2.0.0-beta.2":{},"2.0.0-beta.11":{},"10.0.0":{},"2.0.0":{},"1.0.0+build":{}}})");
  std::vector<std::string_view> versions;
  for (VersionIndex i = 0; i < packument->version_count(); ++i)
    versions.push_back(packument->version_text(i));
  EXPECT_EQ(joined(versions), "10.0.0 2.0.0 2.0.0-beta.11 2.0.0-beta.2 1.0.0+build 1.0.0 ");
  EXPECT_EQ(packument->find_version("2.0.0-beta.11"), 2u);
  EXPECT_EQ(packument->find_version("1.0.0"), 5u);
  EXPECT_FALSE(packument->find_version("1.0.1").has_value());
  EXPECT_EQ(packument->version(0).major, 10u);
}

TEST(Packument, SkipsVersionsThatAreNotSemver) {
  const auto packument =
      parsed(R"({"name":"a","versions":{"1.0.0":{},"latest":{},"../../x":{},"":{}}})");
  EXPECT_EQ(packument->version_count(), 1u);
}

TEST(Packument, ReadsTagsEvenThoseThatNameNoVersion) {
  const auto packument = parsed(
      R"({"name":"a","dist-tags":{"next":"3.0.0","latest":"1.0.0","odd":7},"versions":{"1.0.0":{}}})");
  EXPECT_EQ(joined(packument->dist_tags()), "latest@1.0.0 next@3.0.0 ");
  EXPECT_EQ(packument->dist_tag("next"), "3.0.0");
  EXPECT_FALSE(packument->dist_tag("beta").has_value());
}

TEST(Packument, GivesDependenciesByNameWithoutOptionalRepeats) {
  const auto packument =
      with_members(R"("dependencies":{"z":"1","b":"^2","o":"3"},"optionalDependencies":{"o":"^3"},
      "peerDependencies":{"p":"*","q":"1"},"peerDependenciesMeta":{"q":{"optional":true},"p":{"optional":false}})");
  EXPECT_EQ(joined(packument->dependencies(0)), "b@^2 z@1 ");
  EXPECT_EQ(joined(packument->optional_dependencies(0)), "o@^3 ");
  EXPECT_EQ(joined(packument->peer_dependencies(0)), "p@* q@1 ");
  EXPECT_TRUE(packument->is_optional_peer(0, "q"));
  EXPECT_FALSE(packument->is_optional_peer(0, "p"));
}

TEST(Packument, TakesOptionalPeersWithoutARangeAsAny) {
  const auto packument = with_members(
      R"("peerDependencies":{"p":"1"},"peerDependenciesMeta":{"q":{"optional":true},"r":{"optional":false}})");
  EXPECT_EQ(joined(packument->peer_dependencies(0)), "p@1 q@* ");
  EXPECT_TRUE(packument->is_optional_peer(0, "q"));
}

TEST(Packument, KeepsTheMapsOfEachVersionApart) {
  const auto packument = parsed(R"({"name":"a","versions":{
      "1.0.0":{"dependencies":{"b":"1"},"optionalDependencies":{"o":"1"},"peerDependencies":{"p":"1"}},
      "2.0.0":{},
      "3.0.0":{"dependencies":{"b":"1"}},
      "4.0.0":{"dependencies":{"b":"1"}},
      "5.0.0":{"dependencies":{}},
      "6.0.0":{"dependencies":{"b":"1"},"optionalDependencies":{"b":"1"}},
      "7.0.0":{"dependencies":{"b":"1"}}}})");
  std::vector<std::string> dependencies;
  for (VersionIndex i = 0; i < 7; ++i) dependencies.push_back(joined(packument->dependencies(i)));
  EXPECT_EQ(dependencies, (std::vector<std::string>{"b@1 ", "", "", "b@1 ", "b@1 ", "", "b@1 "}));
  EXPECT_EQ(joined(packument->optional_dependencies(6)), "o@1 ");
  EXPECT_EQ(joined(packument->optional_dependencies(5)), "");
  EXPECT_EQ(joined(packument->peer_dependencies(5)), "");
}

TEST(Packument, LastOfEqualKeysCounts) {
  const auto packument = parsed(R"({"name":"a","dist-tags":{"latest":"1.0.0","latest":"2.0.0"},
      "versions":{"1.0.0":{"engines":{"node":"1"}},"1.0.0":{"dependencies":{"b":"1","b":"2"}}}})");
  EXPECT_EQ(packument->version_count(), 1u);
  EXPECT_EQ(joined(packument->dependencies(0)), "b@2 ");
  EXPECT_EQ(packument->engines_node(0), "");
  EXPECT_EQ(packument->dist_tag("latest"), "2.0.0");
}

TEST(Packument, AcceptsOddShapes) {
  const auto packument =
      with_members(R"("dependencies":null,"optionalDependencies":["x"],"peerDependencies":"y",
      "engines":["node >= 0.6"],"bin":"cli.js","os":"linux","cpu":{"x":1},"libc":[1,"musl"],"dist":"no",
      "peerDependenciesMeta":[],"scripts":null,"deprecated":false,"directories":"x")");
  EXPECT_TRUE(packument->dependencies(0).empty());
  EXPECT_TRUE(packument->optional_dependencies(0).empty());
  EXPECT_EQ(packument->engines_node(0), "");
  EXPECT_TRUE(packument->has_bin(0));
  EXPECT_EQ(packument->platform(0), (PlatformFilter{.os = {"linux"}, .cpu = {}, .libc = {"musl"}}));
  EXPECT_FALSE(packument->is_deprecated(0));
  EXPECT_TRUE(packument->integrity(0).empty());
  EXPECT_EQ(packument->tarball_url(0), "http://registry.example/a/-/a-1.0.0.tgz");
}

TEST(Packument, ReadsFlags) {
  EXPECT_TRUE(with_members(R"("deprecated":"use b")")->is_deprecated(0));
  EXPECT_FALSE(with_members(R"("deprecated":"")")->is_deprecated(0));
  EXPECT_TRUE(with_members(R"("hasInstallScript":true)")->has_install_script(0));
  EXPECT_TRUE(with_members(R"("scripts":{"postinstall":"node x"})")->has_install_script(0));
  EXPECT_FALSE(with_members(R"("scripts":{"test":"node x"})")->has_install_script(0));
  EXPECT_TRUE(with_members(R"("bin":{"a":"x"})")->has_bin(0));
  EXPECT_FALSE(with_members(R"("bin":{})")->has_bin(0));
  EXPECT_TRUE(with_members(R"("directories":{"bin":"./bin"})")->has_bin(0));
  EXPECT_TRUE(with_members(R"("dist":{"attestations":{"url":"x"}})")->is_attested(0));
  EXPECT_EQ(with_members(R"("dist":{"unpackedSize":4711})")->unpacked_size(0), 4711u);
}

TEST(Packument, ExpandsBundledTrue) {
  EXPECT_EQ(joined(with_members(R"("bundledDependencies":true,"dependencies":{"c":"1","b":"1"})")
                       ->bundled(0)),
            "b c ");
  EXPECT_EQ(joined(with_members(R"("bundleDependencies":["c"],"dependencies":{"c":"1","b":"1"})")
                       ->bundled(0)),
            "c ");
  EXPECT_EQ(
      joined(with_members(R"("bundleDependencies":false,"dependencies":{"c":"1"})")->bundled(0)),
      "");
}

TEST(Packument, IgnoresLoneSurrogatesAndUnknownFields) {
  const auto packument = with_members(R"("description":"\ud83d","x":{"\udc00":[1e999,"\u0000"]},
      "dependencies":{"b":"\ud800"})");
  EXPECT_EQ(packument->version_count(), 1u);
}

TEST(Packument, ReplacesInvalidUtf8) {
  const auto packument =
      with_members("\"author\":\"Jos\xe9 \xe2\x82\",\"dependencies\":{\"b\":\"1\"}");
  EXPECT_EQ(joined(packument->dependencies(0)), "b@1 ");
}

TEST(Packument, SkipsAByteOrderMark) {
  EXPECT_EQ(parsed("\xef\xbb\xbf{\"name\":\"a\",\"versions\":{\"1.0.0\":{}}}")->version_count(),
            1u);
}

TEST(Packument, StoresTarballsThatCannotBeDerived) {
  const std::string json = R"({"name":"@s/a","versions":{
      "1.0.0":{"dist":{"tarball":"http://registry.example/@s/a/-/a-1.0.0.tgz"}},
      "2.0.0":{"dist":{"tarball":"http://mirror.example/npm/@s/a/-/a-2.0.0.tgz"}},
      "3.0.0":{"dist":{"tarball":"http://registry.example/files/abc.tgz"}}}})";
  const auto packument = parsed(json, "@s/a");
  EXPECT_EQ(packument->tarball_url(2), "http://registry.example/@s/a/-/a-1.0.0.tgz");
  EXPECT_EQ(packument->tarball_url(1), "http://mirror.example/npm/@s/a/-/a-2.0.0.tgz");
  EXPECT_EQ(packument->tarball_url(0), "http://registry.example/files/abc.tgz");
  EXPECT_TRUE(packument->has_derivable_tarball(2));
  EXPECT_FALSE(packument->has_derivable_tarball(1));
  EXPECT_FALSE(packument->has_derivable_tarball(0));
}

TEST(Packument, KnowsPublishTimesOfFullDocumentsOnly) {
  const auto full = parsed(R"({"name":"a","versions":{"1.0.0":{},"2.0.0":{}},
      "time":{"created":"2020-01-01T00:00:00.000Z","modified":"2021-01-01T00:00:00.000Z","1.0.0":"1970-01-02T00:00:01.500Z"}})");
  EXPECT_EQ(full->published(1), 86401'500'000'000);
  EXPECT_FALSE(full->published(0).has_value());
  EXPECT_EQ(full->modified(), 1609459200'000'000'000);
  const auto abbreviated =
      parsed(R"({"name":"a","modified":"2021-01-01T00:00:00.000Z","versions":{"1.0.0":{}}})");
  EXPECT_FALSE(abbreviated->published(0).has_value());
  EXPECT_EQ(abbreviated->modified(), 1609459200'000'000'000);
}

TEST(Packument, RefusesWhatIsNoPackageDocument) {
  for (const std::string_view text :
       {"", "[]", "\"a\"", "{", "{}", R"({"error":"not found"})", R"({"name":"b","versions":{}})",
        R"({"name":"a","versions":{"1.0.0":{"dist":{"tarball":"http://x)",
        R"({"name":"a","versions":{"1.0.0":{})", R"({"name":"a","versions":{}} trailing)",
        R"({"name":"a" "versions":{}})", R"({"name":"a","versions":{"1.0.0":{"os":[)"}) {
    const auto result = parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, ErrorCode::BAD_METADATA) << text;
  }
}

TEST(Packument, AcceptsAPackageWithoutVersions) {
  EXPECT_EQ(parsed(R"({"name":"a","time":{"unpublished":{"time":"x"}}})")->version_count(), 0u);
}

constexpr std::string_view kRich =
    R"({"name":"a","dist-tags":{"latest":"2.0.0"},"modified":"2021-01-01T00:00:00.000Z","versions":{
    "1.0.0":{"dependencies":{"b":"^1","c":"2"},"peerDependencies":{"p":"1"},"engines":{"node":">=18"},"os":["linux"],
             "dist":{"shasum":"0000000000000000000000000000000000000001","tarball":"http://other.example/x.tgz"}},
    "2.0.0":{"optionalDependencies":{"o":"1"},"bundleDependencies":["b"],"bin":"x",
             "dist":{"integrity":"sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="}}},
    "time":{"1.0.0":"1970-01-02T00:00:01.500Z"}})";

TEST(Packument, ImageReadsBackTheSame) {
  const auto original = parsed(kRich);
  const auto copy = Packument::from_image(buffer_of(as_text(original->image())));
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(as_text(copy->image()), as_text(original->image()));
  EXPECT_EQ(joined(copy->dependencies(1)), "b@^1 c@2 ");
  EXPECT_EQ(copy->engines_node(1), ">=18");
  EXPECT_EQ(copy->tarball_url(1), "http://other.example/x.tgz");
  EXPECT_EQ(copy->published(1), original->published(1));
}

TEST(Packument, ImageMayBeFollowedByOtherBytes) {
  const auto original = parsed(kRich);
  const auto copy =
      Packument::from_image(buffer_of(std::string(as_text(original->image())) + "key"));
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(as_text(copy->image()), as_text(original->image()));
}

TEST(Packument, TruncatedImageIsRefused) {
  const auto original = parsed(kRich);
  const std::string image(as_text(original->image()));
  for (std::size_t size = 0; size < image.size(); ++size)
    EXPECT_EQ(Packument::from_image(buffer_of(std::string_view(image).substr(0, size))), nullptr)
        << size;
}

// Every accessor stays inside the image whatever one changed byte says (run under the address
// sanitizer).
TEST(Packument, DamagedImageIsRefusedOrReadInBounds) {
  const auto original = parsed(kRich);
  const std::string image(as_text(original->image()));
  int refused = 0;
  for (std::size_t at = 0; at < image.size(); ++at) {
    for (const char value : {'\x00', '\x01', '\x7f', '\xff'}) {
      std::string damaged = image;
      damaged[at] = value;
      const auto packument = Packument::from_image(buffer_of(damaged));
      if (packument == nullptr) {
        ++refused;
        continue;
      }
      for (VersionIndex i = 0; i < packument->version_count(); ++i) {
        joined(packument->dependencies(i));
        joined(packument->optional_dependencies(i));
        joined(packument->peer_dependencies(i));
        joined(packument->bundled(i));
        packument->platform(i);
        packument->engines_node(i);
        packument->tarball_url(i);
        packument->version(i);
      }
      packument->dist_tags();
    }
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace lpm::manifest
