#include "support/registry_file.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace lpm::support {
namespace {

std::string read_or_exit(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(stream), {}};
}

[[noreturn]] void unknown(const std::string& where, const std::string& key) {
  std::fprintf(stderr, "%s: unknown key `%s`\n", where.c_str(), key.c_str());
  std::exit(2);
}

unsigned octal(const JsonValue& mode) {
  return static_cast<unsigned>(std::stoul(mode.text(), nullptr, 8));
}

// {"name": "package/../x", "type": "2", "mode": "0755", "content": "...", "link": "...", "pax":
// {...}, ...}
TarEntry entry_of(const JsonValue& data) {
  TarEntry entry;
  for (const auto& [key, value] : data.members()) {
    if (key == "name")
      entry.name = value.text();
    else if (key == "content")
      entry.content = value.text();
    else if (key == "mode")
      entry.mode = octal(value);
    else if (key == "type")
      entry.type = value.text().at(0);
    else if (key == "link")
      entry.link = value.text();
    else if (key == "longName")
      entry.long_name = value.text();
    else if (key == "size")
      entry.declared_size = value.integer();
    else if (key == "badChecksum")
      entry.bad_checksum = value.is_true();
    else if (key == "pax")
      for (const auto& [name, text] : value.members()) entry.pax.emplace_back(name, text.text());
    else
      unknown("$entries", key);
  }
  return entry;
}

// Keys that begin with `$` are about the registry, all others are the package.json.
void load_version(FakeRegistry& registry, const std::string& name, const std::string& version,
                  const JsonValue& data, const std::string& folder) {
  PackageBuilder builder = registry.publish(name, version);
  JsonValue manifest = JsonValue::object();
  for (const auto& [key, value] : data.members()) {
    if (!key.starts_with("$")) {
      manifest[key] = value;
    } else if (key == "$files") {
      for (const auto& [path, content] : value.members()) {
        if (content.is_object())
          builder.file(path, content.at("content").text(), octal(content.at("mode")));
        else
          builder.file(path, content.text());
      }
    } else if (key == "$entries") {
      for (const JsonValue& entry : value.items()) builder.entry(entry_of(entry));
    } else if (key == "$published") {
      builder.published(value.text());
    } else if (key == "$deprecated") {
      builder.deprecated(value.text());
    } else if (key == "$integrity") {
      builder.integrity(value.text());
    } else if (key == "$shasumOnly") {
      builder.shasum_only();
    } else if (key == "$noHash") {
      builder.no_hash();
    } else if (key == "$tarball") {
      builder.tarball(base64_decode(value.text()));
    } else if (key == "$tarballFile") {
      builder.tarball(read_or_exit(folder + "/" + value.text()));
    } else if (key == "$packument") {
      builder.packument_only(value);
    } else if (key == "$packageJson") {
      builder.package_json_only(value);
    } else if (key == "$attestations") {
      builder.attestations(value);
    } else {
      unknown(name + "@" + version, key);
    }
  }
  builder.manifest(manifest);
}

void load_fault(FakeRegistry& registry, const JsonValue& data) {
  Fault& fault = registry.fault(data.at("path").text());
  for (const auto& [key, value] : data.members()) {
    auto number = static_cast<int>(value.integer());
    if (key == "path" || key == "redirectStatus")
      continue;
    else if (key == "times")
      fault.times(number);
    else if (key == "after")
      fault.after(number);
    else if (key == "method")
      fault.method(value.text());
    else if (key == "unlessToken")
      fault.unless_token(value.text());
    else if (key == "status")
      fault.status(number);
    else if (key == "retryAfter")
      fault.retry_after(value.text());
    else if (key == "headers")
      for (const auto& [name, text] : value.members()) fault.header(name, text.text());
    else if (key == "redirect")
      fault.redirect(value.text(), data.has("redirectStatus")
                                       ? static_cast<int>(data.at("redirectStatus").integer())
                                       : 302);
    else if (key == "delay" && value.is_array())
      fault.delay(static_cast<int>(value.items().at(0).integer()),
                  static_cast<int>(value.items().at(1).integer()));
    else if (key == "delay")
      fault.delay(number);
    else if (key == "stall")
      fault.stall();
    else if (key == "reset")
      fault.reset();
    else if (key == "close")
      fault.close();
    else if (key == "cutBody")
      fault.cut_body(static_cast<std::size_t>(number));
    else if (key == "contentLength")
      fault.content_length(number);
    else if (key == "chunked")
      fault.chunked();
    else if (key == "slow")
      fault.slow(static_cast<std::size_t>(value.items().at(0).integer()),
                 static_cast<int>(value.items().at(1).integer()));
    else if (key == "body")
      fault.body(value.text());
    else if (key == "garbage")
      fault.garbage();
    else if (key == "corruptGzip")
      fault.corrupt_gzip();
    else if (key == "ignoreRange")
      fault.ignore_range();
    else
      unknown("faults", key);
  }
}

void load_options(FakeRegistry& registry, const JsonValue& options) {
  for (const auto& [key, value] : options.members()) {
    if (key == "etags")
      registry.serve_etags(value.is_true());
    else if (key == "gzip")
      registry.serve_gzip(value.is_true());
    else if (key == "abbreviated")
      registry.serve_abbreviated(value.is_true());
    else if (key == "cacheControl")
      registry.cache_control(value.text());
    else if (key == "basePath")
      registry.base_path(value.text());
    else if (key == "token")
      registry.require_token(value.text());
    else if (key == "seed")
      registry.seed(static_cast<std::uint64_t>(value.integer()));
    else if (key == "clearFaults")
      registry.clear_faults();
    else
      unknown("options", key);
  }
}

}  // namespace

void load_registry_file(FakeRegistry& registry, const std::string& path) {
  JsonValue data = JsonValue::parse(read_or_exit(path), path);
  std::string folder = path.find('/') == std::string::npos ? "." : path.substr(0, path.rfind('/'));
  for (const auto& [key, value] : data.members()) {
    if (key == "packages") {
      for (const auto& [name, versions] : value.members())
        for (const auto& [version, manifest] : versions.members())
          load_version(registry, name, version, manifest, folder);
    } else if (key == "tags") {
      for (const auto& [name, tags] : value.members())
        for (const auto& [tag, version] : tags.members()) registry.tag(name, tag, version.text());
    } else if (key == "packuments") {
      for (const auto& [name, patch] : value.members()) registry.patch_packument(name, patch);
    } else if (key == "unpublish") {
      for (const auto& [name, version] : value.members()) registry.unpublish(name, version.text());
    } else if (key == "responses") {
      for (const auto& [target, reply] : value.members())
        registry.respond(
            target, static_cast<int>(reply.at("status").integer()),
            reply.at("body").is_string() ? reply.at("body").text() : reply.at("body").dump());
    } else if (key == "faults") {
      for (const JsonValue& fault : value.items()) load_fault(registry, fault);
    } else if (key == "options") {
      load_options(registry, value);
    } else if (key != "//") {
      unknown(path, key);
    }
  }
}

}  // namespace lpm::support
