// package.json from anybody. Promises: what a project may have a package may have, and it reads the
// same; a package is never refused for its shapes; an error names its place; no dependency stands
// twice; what was read is read alike when it is written in the plainest shapes. Inputs: up to
// 16 KiB.
#include <algorithm>
#include <set>
#include <string>

#include "formats/json.h"
#include "fuzz.h"
#include "manifest/package_json.h"

namespace lpm::manifest {
namespace {

using formats::json::Value;
using formats::json::Writer;
using fuzz::require;

constexpr std::size_t kMostBytes = 16U << 10;

bool same(const Manifest& a, const Manifest& b) {
  return a.name == b.name && a.version == b.version && a.is_private == b.is_private &&
         a.dependencies == b.dependencies && a.dev_dependencies == b.dev_dependencies &&
         a.optional_dependencies == b.optional_dependencies &&
         a.peer_dependencies == b.peer_dependencies && a.optional_peers == b.optional_peers &&
         a.bundled == b.bundled && a.scripts == b.scripts && a.bins == b.bins &&
         a.directories_bin == b.directories_bin && a.engines_node == b.engines_node &&
         a.platform == b.platform && a.workspaces == b.workspaces &&
         a.package_manager == b.package_manager;
}

void require_distinct(const StringPairs& pairs) {
  std::set<std::string_view> names;
  for (const auto& [name, text] : pairs) require(names.insert(name).second, "no name stands twice");
}

void require_sound(const Manifest& manifest) {
  for (const StringPairs* pairs :
       {&manifest.dependencies, &manifest.dev_dependencies, &manifest.optional_dependencies,
        &manifest.peer_dependencies, &manifest.scripts})
    require_distinct(*pairs);
  for (const auto& [name, text] : manifest.dependencies)
    require(
        std::none_of(manifest.optional_dependencies.begin(), manifest.optional_dependencies.end(),
                     [&](const auto& other) { return other.first == name; }),
        "what is optional is not required");
}

void write_map(Writer& out, std::string_view key, const StringPairs& pairs) {
  out.key(key).begin_object();
  for (const auto& [name, text] : pairs) out.key(name).value(text);
  out.end_object();
}

void write_list(Writer& out, std::string_view key, const std::vector<std::string>& items) {
  out.key(key).begin_array();
  for (const std::string& item : items) out.value(item);
  out.end_array();
}

std::string written(const Manifest& manifest) {
  Writer out;
  out.begin_object();
  out.key("name").value(manifest.name).key("version").value(manifest.version);
  out.key("private").value(manifest.is_private);
  write_map(out, "dependencies", manifest.dependencies);
  write_map(out, "devDependencies", manifest.dev_dependencies);
  write_map(out, "optionalDependencies", manifest.optional_dependencies);
  write_map(out, "peerDependencies", manifest.peer_dependencies);
  out.key("peerDependenciesMeta").begin_object();
  for (const std::string& name : manifest.optional_peers)
    out.key(name).begin_object().key("optional").value(true).end_object();
  out.end_object();
  write_list(out, "bundleDependencies", manifest.bundled);
  write_map(out, "scripts", manifest.scripts);
  write_map(out, "bin", manifest.bins);
  write_map(out, "directories", {{"bin", manifest.directories_bin}});
  write_map(out, "engines", {{"node", manifest.engines_node}});
  write_list(out, "os", manifest.platform.os);
  write_list(out, "cpu", manifest.platform.cpu);
  write_list(out, "libc", manifest.platform.libc);
  write_list(out, "workspaces", manifest.workspaces);
  out.key("packageManager").value(manifest.package_manager);
  return out.end_object().take();
}

void require_round_trip(const Manifest& manifest) {
  // A command is named by what stands behind the scope, and of equal ones the last one counts.
  std::set<std::string_view> commands;
  for (const auto& [command, path] : manifest.bins)
    if (command.starts_with('@') || !commands.insert(command).second) return;
  const auto again = read_manifest(written(manifest), "again", Strictness::Project);
  require(again && same(*again, manifest), "what is written means the same");
}

}  // namespace
}  // namespace lpm::manifest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::manifest;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view text = lpm::fuzz::text_of(data, size);
  const auto strict = read_manifest(text, "f", Strictness::Project);
  const auto lenient = read_manifest(text, "f", Strictness::Package);
  for (const auto* result : {&strict, &lenient})
    require(*result || result->error().where.starts_with("f:"), "an error names its place");
  const auto root = lpm::formats::json::parse(text, "f");
  require(lenient.has_value() == (root && root->is_object()), "packages may have odd shapes");
  require(!strict || (lenient && same(*strict, *lenient)), "both readings agree");
  if (!lenient) return 0;
  require_sound(*lenient);
  require_round_trip(*lenient);
  return 0;
}
