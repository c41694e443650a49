// lpm.lock from anybody, also with conflict markers. Promises: it is refused with a place, or it is
// the one text of its graph; its image says the same; a merged one can be written and read.
// Inputs: up to 32 KiB.
#include "fuzz.h"
#include "lockfile/lockfile.h"

namespace {

using lpm::fuzz::require;

constexpr std::size_t kMostBytes = 32U << 10;

void check_merge(std::string_view text) {
  const auto merged = lpm::lockfile::merge_conflict(text, "lpm.lock");
  if (!merged) return;
  const std::string written = lpm::lockfile::write_lockfile(merged->lockfile);
  const auto again = lpm::lockfile::parse_lockfile(written, "merged");
  require(again && *again == merged->lockfile, "a merged lockfile can be read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::lockfile;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view text = lpm::fuzz::text_of(data, size);
  const auto parsed = parse_lockfile(text, "lpm.lock");
  if (!parsed) {
    require(parsed.error().where.starts_with("lpm.lock:"), "an error names its place");
    check_merge(text);
    return 0;
  }
  require(write_lockfile(*parsed) == text, "a graph has one text");
  const std::string image = write_image(*parsed, text);
  const auto read = read_image(lpm::as_bytes(image), text);
  require(read && *read == *parsed, "the image says the same");
  for (const lpm::graph::Package& package : parsed->graph.packages) {
    require(lpm::graph::is_linkable_name(package.name), "names can be linked");
    const auto found = parsed->graph.find(package.key());
    require(found && parsed->graph[*found] == package, "packages are found by their key");
  }
  return 0;
}
