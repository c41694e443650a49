// lpm.lockb with a right check and any content. Promises: it is ignored, or all of the graph is in
// its bounds and its image says the same; with a wrong check it is ignored. Inputs: up to 32 KiB.
#include <cstring>
#include <string>

#include "fuzz.h"
#include "lockfile/image_layout.h"
#include "lockfile/lockfile.h"

namespace {

using lpm::fuzz::require;
namespace image = lpm::lockfile::image;

constexpr std::size_t kMostBytes = 32U << 10;

void seal(std::string& bytes) {
  if (bytes.size() < sizeof(image::Header)) return;
  image::Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  std::memcpy(header.magic, image::kMagic.data(), sizeof header.magic);
  header.version = image::kVersion;
  header.size = static_cast<std::uint32_t>(bytes.size());
  header.lockfile = lpm::crypto::sha256({});
  std::memcpy(bytes.data(), &header, sizeof header);
  const auto check = image::check_of(lpm::as_bytes(bytes), {});
  std::memcpy(bytes.data() + image::kCheckOffset, check.data(), check.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::lockfile;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  std::string bytes(lpm::fuzz::text_of(data, size));
  seal(bytes);
  const auto read = read_image(lpm::as_bytes(bytes), "");
  if (!read) return 0;
  for (const lpm::graph::Package& package : read->graph.packages) {
    require(lpm::graph::is_linkable_name(package.name), "names can be linked");
    for (const lpm::graph::Edge& edge : package.dependencies)
      require(edge.target == lpm::graph::kNoPackage ||
                  lpm::graph::index(edge.target) < read->graph.packages.size(),
              "edges end at packages");
  }
  (void)write_lockfile(*read);
  const auto again = read_image(lpm::as_bytes(write_image(*read, "")), "");
  require(again && *again == *read, "an image of what was read says the same");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  require(!read_image(lpm::as_bytes(bytes), ""), "an image that was changed is ignored");
  return 0;
}
