// lpm.lockb with a right check and any content: it is ignored, or all of the graph is in its
// bounds.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "lockfile/image_layout.h"
#include "lockfile/lockfile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::lockfile;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.size() >= sizeof(image::Header)) {
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
  const auto read = read_image(lpm::as_bytes(bytes), "");
  if (!read) return 0;
  for (const lpm::graph::Package& package : read->graph.packages) {
    if (!lpm::graph::is_linkable_name(package.name)) std::abort();
    for (const lpm::graph::Edge& edge : package.dependencies)
      if (edge.target != lpm::graph::kNoPackage &&
          lpm::graph::index(edge.target) >= read->graph.packages.size())
        std::abort();
  }
  static_cast<void>(write_lockfile(*read));
  return 0;
}
