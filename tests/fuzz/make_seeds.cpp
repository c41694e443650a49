// Writes the seeds that are lpm's own binary formats, anew when a format changes:
//   make_seeds tests/fuzz/corpus
#include "lockfile/lockfile.h"
#include "manifest/packument.h"
#include "os/files.h"
#include "registry/cache_file.h"
#include "store/package_index.h"

namespace {

using namespace lpm;

std::string corpus;

std::string content_of(const std::string& seed) {
  return *os::read_file(corpus + "/" + seed);
}

void write(const std::string& seed, std::string_view content) {
  if (!os::write_file(corpus + "/" + seed, content)) std::abort();
}

void write_packuments() {
  const registry::CacheKey key{.url = "http://registry.example/pkg"};
  for (const auto& [seed, name] : {std::pair<std::string, std::string>("full", "pkg"),
                                   {"abbreviated", "@scope/pkg"},
                                   {"odd-shapes", "pkg"},
                                   {"no-versions", "pkg"}}) {
    PaddedBuffer text = *os::read_padded(corpus + "/packument/" + seed);
    const auto packument = manifest::Packument::parse(text, name, "http://registry.example/");
    write("metadata_cache/image-" + seed, as_text((*packument)->image()));
    write("metadata_cache/file-" + seed,
          registry::encode_cached(key, (*packument)->image(), "\"etag\"", "Mon, 01 Jan 2024",
                                  {.fetched = 1'700'000'000'000'000'000, .max_age_seconds = 300}));
  }
}

void write_lockfiles() {
  for (const std::string seed : {"empty", "every-field", "rules"}) {
    const auto lockfile = lockfile::parse_lockfile(content_of("lockfile/" + seed + ".lock"), "f");
    write("lockb/" + seed, lockfile::write_image(*lockfile, ""));
  }
}

void write_indexes() {
  store::PackageIndex index;
  write("package_index/empty", store::write_index(index));
  index.name = "@scope/pkg";
  index.version = "1.2.3";
  index.directories = {"lib", "lib/a"};
  index.files = {{"index.js", 12, 0644, 1'700'000'000'000'000'000, 1, 2},
                 {"lib/a/x.js", 0, 0755, 5, 3, 4},
                 {"package.json", 99, 0644, 6, 5, 6}};
  index.bins = {{"pkg", "lib/a/x.js"}};
  index.refused_bins = {"../x"};
  index.install_scripts = {{"postinstall", "node index.js"}};
  index.engines_node = ">=12";
  index.platform = {{"linux"}, {"x64", "!arm"}, {"glibc"}};
  index.bundled = {"a"};
  index.skipped_entries = 1;
  index.boot_id = "0123";
  write("package_index/every-field", store::write_index(index));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  corpus = argv[1];
  write_packuments();
  write_lockfiles();
  write_indexes();
}
