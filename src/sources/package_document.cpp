#include "sources/package_document.h"

#include <fmt/format.h>

#include <algorithm>

namespace lpm::sources {
namespace {

using manifest::Manifest;
using manifest::StringPairs;

constexpr std::string_view kNoVersion = "0.0.0";

bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void write_map(formats::json::Writer& out, std::string_view key, const StringPairs& pairs) {
  if (pairs.empty()) return;
  out.key(key).begin_object();
  for (const auto& [name, spec] : pairs) out.key(name).value(spec);
  out.end_object();
}

void write_list(formats::json::Writer& out, std::string_view key,
                const std::vector<std::string>& items) {
  if (items.empty()) return;
  out.key(key).begin_array();
  for (const std::string& item : items) out.value(item);
  out.end_array();
}

// Dependencies, and required peers that are to be treated as such.
StringPairs dependencies_of(const Manifest& manifest, bool with_peers) {
  StringPairs pairs = manifest.dependencies;
  if (!with_peers) return pairs;
  const auto is_named = [](const StringPairs& map, const std::string& name) {
    return std::any_of(map.begin(), map.end(),
                       [&](const auto& pair) { return pair.first == name; });
  };
  for (const auto& peer : manifest.peer_dependencies)
    if (!is_among(manifest.optional_peers, peer.first) && !is_named(pairs, peer.first) &&
        !is_named(manifest.optional_dependencies, peer.first))
      pairs.push_back(peer);
  return pairs;
}

void write_peers(formats::json::Writer& out, const Manifest& manifest) {
  write_map(out, "peerDependencies", manifest.peer_dependencies);
  if (manifest.optional_peers.empty()) return;
  out.key("peerDependenciesMeta").begin_object();
  for (const std::string& name : manifest.optional_peers)
    out.key(name).begin_object().key("optional").value(true).end_object();
  out.end_object();
}

void write_version(formats::json::Writer& out, const Manifest& manifest,
                   const store::PackageIndex& index, const DocumentRequest& request) {
  out.begin_object();
  if (request.with_dependencies) {
    write_map(out, "dependencies", dependencies_of(manifest, request.peers_are_dependencies));
    write_map(out, "optionalDependencies", manifest.optional_dependencies);
    if (!request.peers_are_dependencies) write_peers(out, manifest);
    write_list(out, "bundleDependencies", manifest.bundled);
  }
  write_list(out, "os", manifest.platform.os);
  write_list(out, "cpu", manifest.platform.cpu);
  write_list(out, "libc", manifest.platform.libc);
  if (!manifest.engines_node.empty())
    out.key("engines").begin_object().key("node").value(manifest.engines_node).end_object();
  if (!index.bins.empty()) out.key("bin").value(index.bins.front().path);
  const auto runs_at_install = [](const auto& script) { return script.first.ends_with("install"); };
  if (std::any_of(index.install_scripts.begin(), index.install_scripts.end(), runs_at_install))
    out.key("hasInstallScript").value(true);
  out.key("dist").begin_object();
  if (!request.integrity.empty()) out.key("integrity").value(request.integrity);
  out.end_object().end_object();
}

}  // namespace

Result<std::shared_ptr<const manifest::Packument>> document_of(const Manifest& manifest,
                                                               const store::PackageIndex& index,
                                                               const DocumentRequest& request) {
  const std::string name =
      manifest.name.empty() ? std::string(request.fallback_name) : manifest.name;
  if (!manifest::PackageName::parse(name))
    return Error(
        ErrorCode::BAD_SOURCE,
        fmt::format("the package.json of `{}` has no name that a package can have", request.place));
  const std::string text = manifest.version.empty() ? std::string(kNoVersion) : manifest.version;
  const auto version = semver::Version::parse(text);
  if (!version)
    return Error(ErrorCode::BAD_SOURCE,
                 fmt::format("the package.json of `{}` has no version that is one", request.place));
  formats::json::Writer out(0);
  out.begin_object().key("name").value(name).key("versions").begin_object();
  out.key(version->to_string());
  write_version(out, manifest, index, request);
  out.end_object().end_object();
  const std::string json = out.take();
  PaddedBuffer buffer;
  buffer.append(json.data(), json.size());
  return manifest::Packument::parse(buffer, name, "");
}

}  // namespace lpm::sources
