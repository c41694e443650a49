// Registry JSON -> packument image, with simdjson's on-demand reader: one pass over the document,
// each field looked at once, everything that resolution does not need skipped unread.
//
// Consecutive versions of a package mostly repeat their dependency maps byte for byte. A map is
// first skipped, which costs next to nothing, and parsed only when its text differs from the same
// map of the version before.
//
// Odd shapes: a value of a type that we do not expect counts as absent. Only broken JSON fails the
// document. Invalid UTF-8 is replaced, as a browser would, and lone surrogates become U+FFFD.
#include <algorithm>

#include "manifest/lenient_json.h"
#include "manifest/packument.h"
#include "manifest/packument_builder.h"
#include "manifest/packument_digest.h"

namespace lpm::manifest {
namespace {

using image::DigestKind;
using image::StringId;

// A parser keeps buffers of the largest document that it met; beyond this many bytes they are given
// back.
constexpr std::size_t kKeptCapacity = 4u << 20;

// One dependency map as last read: its JSON text, and its entries by name.
struct Map {
  struct Entry {
    StringId name;
    std::uint32_t pair;
  };
  std::string_view raw;
  std::vector<Entry> entries;
  image::ListId list = 0;
};

class DocumentReader : LenientJson {
 public:
  DocumentReader(std::string_view name, std::string_view registry_base)
      : expected_name_(name), builder_(name, registry_base) {}

  // The first structural error, or SUCCESS.
  simdjson::error_code read(json::document& document);
  bool has_other_name() const { return has_other_name_; }
  bool is_packument() const { return has_versions_ || has_name_; }
  PaddedBuffer finish() { return builder_.finish(); }

 private:
  // What one version says, until it is whole.
  struct Draft {
    image::VersionDraft version;
    bool bundles_all = false;
    bool has_optional = false;
    std::string_view integrity;
    std::string_view shasum;
    std::vector<StringId> bundled;
    std::vector<StringId> optional_peers;
  };

  void root_member(std::string_view key, json::value value);
  void read_tags(json::value value);
  void read_times(json::value value);
  void read_version(std::string_view version_text, json::value value);
  void version_member(Draft& draft, std::string_view key, json::value value);
  void read_dist(Draft& draft, json::value value);
  void read_map(Map& map, json::value value);
  Map::Entry entry(std::string_view name, std::string_view spec);
  bool names(const Map& map, StringId name) const;
  image::ListId list_of(std::vector<Map::Entry>& entries);
  void read_bundled(Draft& draft, json::value value);
  image::ListId strings(json::value value);
  void read_optional_peers(Draft& draft, json::value value);
  bool has_install_script(json::value value);
  void finish_version(Draft& draft);
  image::ListId required_list(const Draft& draft);
  image::ListId peer_list(const Draft& draft);

  std::string_view expected_name_;
  image::Builder builder_;
  bool has_name_ = false;
  bool has_other_name_ = false;
  bool has_versions_ = false;
  Map dependencies_;
  Map optional_;
  Map peers_;
  std::vector<std::uint32_t> scratch_;
};

simdjson::error_code DocumentReader::read(json::document& document) {
  json::object root;
  if (const auto error = document.get_object().get(root)) return error;
  each_member(root,
              [this](json::field& field) { root_member(field.escaped_key(), field.value()); });
  if (error() != simdjson::SUCCESS) return error();
  return document.at_end() ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

void DocumentReader::root_member(std::string_view key, json::value value) {
  if (key == "name") {
    const auto name = text(value);
    has_name_ = name.has_value();
    has_other_name_ = name && *name != expected_name_;
  } else if (key == "dist-tags") {
    read_tags(value);
  } else if (key == "modified") {
    if (const auto time = text(value)) builder_.modified(image::parse_time(*time));
  } else if (key == "time") {
    read_times(value);
  } else if (key == "versions") {
    has_versions_ = true;
    each_entry(value, [this](std::string_view version, json::value members) {
      read_version(version, members);
    });
  }
}

void DocumentReader::read_tags(json::value value) {
  each_entry(value, [this](std::string_view tag, json::value named) {
    if (const auto version = text(named)) builder_.tag(tag, *version);
  });
}

void DocumentReader::read_times(json::value value) {
  each_entry(value, [this](std::string_view key, json::value moment) {
    const auto time = text(moment);
    if (!time || key == "created") return;
    if (key == "modified") return builder_.modified(image::parse_time(*time));
    builder_.published(key, image::parse_time(*time));
  });
}

void DocumentReader::read_version(std::string_view version_text, json::value value) {
  json::json_type type;
  if (value.type().get(type) || type != json::json_type::object) return;
  Draft draft;
  draft.version.text = version_text;
  bool has_dependencies = false;
  bool has_peers = false;
  each_member(value, [&](json::field& field) {
    const std::string_view key = field.escaped_key();
    has_dependencies |= key == "dependencies";
    has_peers |= key == "peerDependencies";
    draft.has_optional |= key == "optionalDependencies";
    version_member(draft, key, field.value());
  });
  if (!has_dependencies) dependencies_ = {};
  if (!draft.has_optional) optional_ = {};
  if (!has_peers) peers_ = {};
  if (error() == simdjson::SUCCESS) finish_version(draft);
}

void DocumentReader::version_member(Draft& draft, std::string_view key, json::value value) {
  image::VersionDraft& version = draft.version;
  const auto flag_if = [&version](bool condition, std::uint32_t flag) {
    if (condition) version.flags |= flag;
  };
  if (key == "dependencies") {
    read_map(dependencies_, value);
  } else if (key == "optionalDependencies") {
    read_map(optional_, value);
  } else if (key == "peerDependencies") {
    read_map(peers_, value);
  } else if (key == "dist") {
    read_dist(draft, value);
  } else if (key == "peerDependenciesMeta") {
    read_optional_peers(draft, value);
  } else if (key == "engines") {
    each_member(value, [&](json::field& field) {
      if (field.escaped_key() == "node")
        version.shape.engines_node = builder_.string(text(field.value()).value_or(""));
    });
  } else if (key == "os") {
    version.shape.os = strings(value);
  } else if (key == "cpu") {
    version.shape.cpu = strings(value);
  } else if (key == "libc") {
    version.shape.libc = strings(value);
  } else if (key == "bundleDependencies" || key == "bundledDependencies") {
    read_bundled(draft, value);
  } else if (key == "deprecated") {
    flag_if(is_truthy(value), image::kDeprecated);
  } else if (key == "hasInstallScript") {
    flag_if(is_truthy(value), image::kInstallScript);
  } else if (key == "scripts") {
    flag_if(has_install_script(value), image::kInstallScript);
  } else if (key == "bin") {
    json::json_type type;
    if (value.type().get(type)) return;
    bool has_bin = type == json::json_type::string && !text(value).value_or("").empty();
    if (type == json::json_type::object) each_member(value, [&](json::field&) { has_bin = true; });
    flag_if(has_bin, image::kBin);
  } else if (key == "directories") {
    each_member(value, [&](json::field& field) {
      if (field.escaped_key() == "bin") flag_if(is_truthy(field.value()), image::kBin);
    });
  }
}

void DocumentReader::read_dist(Draft& draft, json::value value) {
  each_member(value, [&](json::field& field) {
    const std::string_view key = field.escaped_key();
    if (key == "tarball") {
      draft.version.tarball = text(field.value()).value_or("");
    } else if (key == "integrity") {
      draft.integrity = text(field.value()).value_or("");
    } else if (key == "shasum") {
      draft.shasum = text(field.value()).value_or("");
    } else if (key == "unpackedSize") {
      std::uint64_t size = 0;
      if (!field.value().get_uint64().get(size)) draft.version.unpacked_size = size;
    } else if (key == "attestations") {
      if (is_truthy(field.value())) draft.version.flags |= image::kAttested;
    }
  });
}

void DocumentReader::read_map(Map& map, json::value value) {
  json::object object;
  std::string_view raw;
  if (const auto error = value.get_object().get(object)) {
    map = {};
    return note(error);
  }
  if (const auto error = object.raw_json().get(raw)) return note(error);
  if (raw == map.raw) return;
  map.raw = raw;
  map.entries.clear();
  if (const auto error = object.reset().error()) return note(error);
  each_entry(object, [&](std::string_view name, json::value wish) {
    if (const auto spec = text(wish)) map.entries.push_back(entry(name, *spec));
  });
  std::reverse(map.entries.begin(), map.entries.end());
  map.list = list_of(map.entries);
}

Map::Entry DocumentReader::entry(std::string_view name, std::string_view spec) {
  const StringId id = builder_.string(name);
  return {id, builder_.pair(id, builder_.string(spec))};
}

// Brings the entries into name order; the first of equal names counts.
image::ListId DocumentReader::list_of(std::vector<Map::Entry>& entries) {
  const auto by_name = [this](const Map::Entry& a, const Map::Entry& b) {
    return builder_.text(a.name) < builder_.text(b.name);
  };
  const auto same_name = [](const Map::Entry& a, const Map::Entry& b) { return a.name == b.name; };
  std::stable_sort(entries.begin(), entries.end(), by_name);
  entries.erase(std::unique(entries.begin(), entries.end(), same_name), entries.end());
  scratch_.clear();
  for (const Map::Entry& one : entries) scratch_.push_back(one.pair);
  return builder_.pair_list(scratch_);
}

void DocumentReader::read_bundled(Draft& draft, json::value value) {
  json::json_type type;
  if (value.type().get(type)) return;
  if (type == json::json_type::boolean) {
    draft.bundles_all |= bool(value.get_bool().value_unsafe());
  } else if (type == json::json_type::object) {
    each_entry(value, [&](std::string_view name, json::value) {
      draft.bundled.push_back(builder_.string(name));
    });
  } else {
    each_item(value, [&](json::value item) {
      if (const auto name = text(item)) draft.bundled.push_back(builder_.string(*name));
    });
  }
}

image::ListId DocumentReader::strings(json::value value) {
  scratch_.clear();
  if (const auto single = text(value)) {
    scratch_.push_back(builder_.string(*single));
  } else {
    each_item(value, [this](json::value item) {
      if (const auto entry = text(item)) scratch_.push_back(builder_.string(*entry));
    });
  }
  return builder_.string_list(scratch_);
}

void DocumentReader::read_optional_peers(Draft& draft, json::value value) {
  each_entry(value, [&](std::string_view name, json::value meta) {
    each_member(meta, [&](json::field& field) {
      if (field.escaped_key() == "optional" && is_truthy(field.value()))
        draft.optional_peers.push_back(builder_.string(name));
    });
  });
}

bool DocumentReader::has_install_script(json::value value) {
  bool found = false;
  each_member(value, [&](json::field& field) {
    const std::string_view key = field.escaped_key();
    if (key == "preinstall" || key == "install" || key == "postinstall")
      found |= is_truthy(field.value());
  });
  return found;
}

// By bisection: hostile packages have hundreds of thousands of dependencies.
bool DocumentReader::names(const Map& map, StringId name) const {
  const std::string_view text = builder_.text(name);
  const auto found = std::lower_bound(map.entries.begin(), map.entries.end(), text,
                                      [this](const Map::Entry& entry, std::string_view wanted) {
                                        return builder_.text(entry.name) < wanted;
                                      });
  return found != map.entries.end() && found->name == name;
}

// dependencies without what optionalDependencies repeats.
image::ListId DocumentReader::required_list(const Draft& draft) {
  if (!draft.has_optional || optional_.entries.empty()) return dependencies_.list;
  scratch_.clear();
  for (const Map::Entry& entry : dependencies_.entries)
    if (!names(optional_, entry.name)) scratch_.push_back(entry.pair);
  return builder_.pair_list(scratch_);
}

// peerDependencies, and as `*` the optional peers that only peerDependenciesMeta names: packages
// that load what their user may have declare it so.
image::ListId DocumentReader::peer_list(const Draft& draft) {
  std::vector<Map::Entry> undeclared;
  for (const StringId name : draft.optional_peers)
    if (!names(peers_, name)) undeclared.push_back(entry(builder_.text(name), "*"));
  if (undeclared.empty()) return peers_.list;
  undeclared.insert(undeclared.end(), peers_.entries.begin(), peers_.entries.end());
  return list_of(undeclared);
}

void DocumentReader::finish_version(Draft& draft) {
  image::Shape& shape = draft.version.shape;
  shape.dependencies = required_list(draft);
  shape.optional = optional_.list;
  shape.peers = peer_list(draft);
  shape.optional_peers = builder_.string_list(draft.optional_peers);
  if (draft.bundles_all)
    for (const Map::Entry& entry : dependencies_.entries) draft.bundled.push_back(entry.name);
  shape.bundled = builder_.string_list(draft.bundled);
  const image::DecodedDigest digest = image::decode_digest(draft.integrity, draft.shasum);
  draft.version.digest = {digest.kind, builder_.keep(digest.bytes())};
  builder_.version(draft.version);
}

// Replaces every byte that is not part of well-formed UTF-8 by `?`.
void repair_utf8(PaddedBuffer& text) {
  std::uint8_t* at = text.data();
  std::uint8_t* const end = at + text.size();
  while (at < end) {
    const std::size_t length = *at < 0x80 ? 1 : *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : 2;
    const auto piece = reinterpret_cast<const char*>(at);
    if (*at < 0x80 ||
        (length <= static_cast<std::size_t>(end - at) && simdjson::validate_utf8(piece, length))) {
      at += length;
    } else {
      *at++ = '?';
    }
  }
}

simdjson::error_code read_document(json::parser& parser, PaddedBuffer& text,
                                   DocumentReader& reader) {
  json::document document;
  const simdjson::padded_string_view view(text.text().data(), text.size(),
                                          text.size() + PaddedBuffer::kPadding);
  if (const auto error = parser.iterate(view).get(document)) return error;
  return reader.read(document);
}

// The library's messages begin with the name of its constant.
std::string reason_of(simdjson::error_code error) {
  const std::string_view message = simdjson::error_message(error);
  const std::size_t colon = message.find(": ");
  return std::string(colon == std::string_view::npos ? message : message.substr(colon + 2));
}

Error bad_metadata(std::string_view name, std::string reason) {
  return Error(ErrorCode::BAD_METADATA,
               "the registry's answer for `" + std::string(name) + "` is not a package document")
      .fact("reason", std::move(reason));
}

}  // namespace

Result<std::shared_ptr<const Packument>> Packument::parse(PaddedBuffer& text,
                                                          std::string_view expected_name,
                                                          std::string_view registry_base) {
  static_assert(PaddedBuffer::kPadding >= simdjson::SIMDJSON_PADDING);
  thread_local json::parser parser;
  DocumentReader reader(expected_name, registry_base);
  simdjson::error_code error = text.empty() ? simdjson::EMPTY : read_document(parser, text, reader);
  if (error == simdjson::UTF8_ERROR) {
    repair_utf8(text);
    error = read_document(parser, text, reader);
  }
  Result<std::shared_ptr<const Packument>> result = bad_metadata(expected_name, reason_of(error));
  if (error == simdjson::SUCCESS) {
    if (reader.has_other_name()) {
      result = bad_metadata(expected_name, "it names another package");
    } else if (!reader.is_packument()) {
      result = bad_metadata(expected_name, "it has neither a name nor versions");
    } else {
      result = from_image(reader.finish());
    }
  }
  if (parser.capacity() > kKeptCapacity) parser = json::parser();
  return result;
}

}  // namespace lpm::manifest
