#include "store/package_index.h"

#include <gtest/gtest.h>

#include <cstring>

#include "store/content_hash.h"

namespace lpm::store {
namespace {

PackageIndex example() {
  PackageIndex index;
  index.tarball_digest.fill(0xab);
  index.name = "@scope/a";
  index.version = "1.2.3";
  index.directories = {"lib", "lib/deep"};
  index.files = {{"index.js", 12, 0644, 1'700'000'000'123'456'789, 1, 2},
                 {"lib/deep/x", 0, 0755, -5, UINT64_MAX, 7}};
  index.bins = {{"a", "index.js"}};
  index.refused_bins = {"../b"};
  index.install_scripts = {{"install", "node-gyp rebuild"}, {"postinstall", "node x"}};
  index.engines_node = ">=18";
  index.platform.os = {"linux", "!win32"};
  index.platform.cpu = {"x64"};
  index.platform.libc = {"glibc"};
  index.bundled = {"left-pad"};
  index.skipped_entries = 3;
  index.boot_id = "5f6e";
  return index;
}

std::string resealed(std::string bytes) {
  const std::uint64_t sum = checksum_of(as_bytes(bytes).subspan(24));
  std::memcpy(bytes.data() + 16, &sum, sizeof sum);
  return bytes;
}

TEST(PackageIndex, ComesBackAsItWasWritten) {
  const PackageIndex before = example();
  const auto after = parse_index(as_bytes(write_index(before)));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->tarball_digest, before.tarball_digest);
  EXPECT_EQ(after->name, before.name);
  EXPECT_EQ(after->version, before.version);
  EXPECT_EQ(after->directories, before.directories);
  ASSERT_EQ(after->files.size(), 2U);
  EXPECT_EQ(after->files[1].path, "lib/deep/x");
  EXPECT_EQ(after->files[1].mode, 0755U);
  EXPECT_EQ(after->files[1].mtime_ns, -5);
  EXPECT_EQ(after->files[1].hash_low, UINT64_MAX);
  EXPECT_EQ(after->files[1].hash_high, 7U);
  EXPECT_EQ(after->files[0].size, 12U);
  ASSERT_EQ(after->bins.size(), 1U);
  EXPECT_EQ(after->bins[0].path, "index.js");
  EXPECT_EQ(after->refused_bins, before.refused_bins);
  EXPECT_EQ(after->install_scripts, before.install_scripts);
  EXPECT_EQ(after->engines_node, before.engines_node);
  EXPECT_EQ(after->platform, before.platform);
  EXPECT_EQ(after->bundled, before.bundled);
  EXPECT_EQ(after->skipped_entries, 3U);
  EXPECT_EQ(after->boot_id, before.boot_id);
}

TEST(PackageIndex, IsRefusedWhenCutAnywhere) {
  const std::string bytes = write_index(example());
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(parse_index(as_bytes(bytes.substr(0, length)))) << length;
  EXPECT_FALSE(parse_index(as_bytes(bytes + "x")));
}

TEST(PackageIndex, IsRefusedWithAnyBitFlipped) {
  const std::string bytes = write_index(example());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    // The count of skipped entries is covered by nothing; it decides nothing either.
    if (bit / 8 >= 12 && bit / 8 < 16) continue;
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(parse_index(as_bytes(flipped))) << "byte " << bit / 8;
  }
}

TEST(PackageIndex, OffsetsOutsideTheFileAreRefusedEvenWithAValidChecksum) {
  const std::string bytes = write_index(example());
  for (std::size_t field = 96; field < 200; field += 4) {
    std::string changed = bytes;
    const std::uint32_t huge = 0xffffff00;
    std::memcpy(changed.data() + field, &huge, sizeof huge);
    EXPECT_FALSE(parse_index(as_bytes(resealed(changed)))) << "field at " << field;
  }
  EXPECT_TRUE(parse_index(as_bytes(resealed(bytes))));
}

TEST(PackageIndex, OfAnotherVersionCountsAsAbsent) {
  std::string bytes = write_index(example());
  bytes[8] = 2;
  EXPECT_FALSE(parse_index(as_bytes(resealed(bytes))));
}

}  // namespace
}  // namespace lpm::store
