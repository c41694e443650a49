#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "lockfile/image_layout.h"
#include "lockfile/lockfile.h"

namespace lpm::lockfile {
namespace {

std::string typical_text() {
  std::ifstream file(std::string(LPM_TEST_DATA) + "/lockfile/every-field.lock", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Sample {
  std::string text = typical_text();
  Lockfile lockfile = *parse_lockfile(text, "lpm.lock");
  std::string image = write_image(lockfile, text);
};

// Makes the check right again, so that the checks behind it are what is tested.
void seal(std::string& image) {
  const crypto::Sha256 check = image::check_of(as_bytes(image), {});
  std::memcpy(image.data() + image::kCheckOffset, check.data(), check.size());
}

TEST(Image, HoldsTheSameGraph) {
  const Sample sample;
  const std::optional<Lockfile> read = read_image(as_bytes(sample.image), sample.text);
  ASSERT_TRUE(read);
  EXPECT_TRUE(*read == sample.lockfile);
  EXPECT_EQ(write_lockfile(*read), sample.text);
}

TEST(Image, IsTheSameForTheSameLockfile) {
  EXPECT_EQ(Sample().image, Sample().image);
}

TEST(Image, HoldsAnEmptyGraph) {
  const std::string text = "lockfile = 1\n";
  const std::string image = write_image(Lockfile{}, text);
  const std::optional<Lockfile> read = read_image(as_bytes(image), text);
  ASSERT_TRUE(read);
  EXPECT_TRUE(*read == Lockfile{});
}

TEST(Image, IsOfOneTextOnly) {
  const Sample sample;
  EXPECT_FALSE(read_image(as_bytes(sample.image), sample.text + "\n"));
  EXPECT_FALSE(read_image(as_bytes(sample.image), ""));
}

TEST(Image, IsOfOneMachineOnly) {
  const Sample sample;
  const std::string image = write_image(sample.lockfile, sample.text, "our key");
  EXPECT_TRUE(read_image(as_bytes(image), sample.text, "our key"));
  EXPECT_FALSE(read_image(as_bytes(image), sample.text, "another"));
  EXPECT_FALSE(read_image(as_bytes(image), sample.text));
}

TEST(Image, IsRefusedWithAnyByteChanged) {
  const Sample sample;
  for (std::size_t i = 0; i < sample.image.size(); ++i) {
    std::string image = sample.image;
    image[i] = static_cast<char>(image[i] ^ 0x10);
    ASSERT_FALSE(read_image(as_bytes(image), sample.text)) << i;
  }
}

TEST(Image, IsRefusedCutOffOrGrown) {
  const Sample sample;
  for (std::size_t size = 0; size < sample.image.size(); ++size)
    ASSERT_FALSE(read_image(as_bytes(sample.image).first(size), sample.text)) << size;
  EXPECT_FALSE(read_image(as_bytes(sample.image + '\0'), sample.text));
}

// With a right check: every 32-bit field of header and records set to values that would lead
// astray. Either it is refused, or what was read is a graph whose parts are in their bounds.
TEST(Image, NeverLeavesItsBoundsWhateverTheNumbersSay) {
  const Sample sample;
  image::Header header;
  std::memcpy(&header, sample.image.data(), sizeof header);
  std::size_t refused = 0;
  for (std::size_t offset = image::kCheckedFrom; offset + 4 <= header.bytes.offset; offset += 4) {
    for (const std::uint32_t value : {UINT32_MAX, UINT32_MAX / 2, 0U, 7U, 1'000'000U}) {
      std::string image = sample.image;
      std::memcpy(image.data() + offset, &value, sizeof value);
      seal(image);
      const std::optional<Lockfile> read = read_image(as_bytes(image), sample.text);
      if (!read) {
        ++refused;
        continue;
      }
      const std::size_t count = read->graph.packages.size();
      for (const graph::Package& package : read->graph.packages) {
        ASSERT_TRUE(graph::is_linkable_name(package.name));
        for (const graph::Edge& edge : package.dependencies) {
          ASSERT_TRUE(graph::is_linkable_name(edge.name));
          ASSERT_TRUE(graph::index(edge.target) < count ||
                      (edge.optional && edge.target == graph::kNoPackage));
        }
      }
    }
  }
  EXPECT_GT(refused, 1000U);
}

TEST(Image, IsRefusedWhenANameWouldLeaveNodeModules) {
  Sample sample;
  const std::size_t name = sample.image.rfind("left-pad");
  ASSERT_NE(name, std::string::npos);
  sample.image.replace(name, 8, "../../x/");
  seal(sample.image);
  EXPECT_FALSE(read_image(as_bytes(sample.image), sample.text));
}

TEST(Image, OfAnotherVersionIsIgnored) {
  Sample sample;
  ++sample.image[8];
  seal(sample.image);
  EXPECT_FALSE(read_image(as_bytes(sample.image), sample.text));
}

}  // namespace
}  // namespace lpm::lockfile
