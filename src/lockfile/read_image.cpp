// lpm.lockb to graph. Believes no offset, count or index before it is checked.
#include "lockfile/image_layout.h"
#include "lockfile/lockfile.h"
#include "lockfile/parse_lockfile.h"

namespace lpm::lockfile {
namespace {

using namespace image;

constexpr std::uint32_t kKinds = 4;
constexpr std::uint32_t kSources = static_cast<std::uint32_t>(graph::SourceKind::Workspace) + 1;

class ImageReader {
 public:
  explicit ImageReader(Bytes image) : image_(image) {}

  bool read_header(std::string_view lockfile_text, std::string_view key) {
    if (image_.size() < sizeof(Header)) return false;
    std::memcpy(&header_, image_.data(), sizeof header_);
    if (std::string_view(header_.magic, sizeof header_.magic) != kMagic) return false;
    if (header_.version != kVersion || header_.size != image_.size()) return false;
    if (header_.lockfile != crypto::sha256(as_bytes(lockfile_text))) return false;
    return header_.check == check_of(image_, key) && holds<Importer>(header_.importers) &&
           holds<ImporterEdge>(header_.importer_edges) && holds<Package>(header_.packages) &&
           holds<Edge>(header_.edges) && holds<Peer>(header_.peers) && holds<Rule>(header_.rules) &&
           holds<Text>(header_.list_texts) && holds<char>(header_.bytes);
  }

  std::optional<Lockfile> read() {
    Lockfile lockfile;
    lockfile.inputs.node = text(header_.node);
    lockfile.inputs.overrides = text(header_.overrides);
    lockfile.inputs.extensions = text(header_.extensions);
    lockfile.inputs.peer_rules = text(header_.peer_rules);
    lockfile.inputs.legacy_peers = (header_.inputs & kLegacyPeers) != 0;
    lockfile.graph.importers.resize(header_.importers.count);
    for (std::uint32_t i = 0; i < header_.importers.count && ok_; ++i)
      read_importer(record<Importer>(header_.importers, i), lockfile.graph.importers[i]);
    lockfile.graph.packages.resize(header_.packages.count);
    for (std::uint32_t i = 0; i < header_.packages.count && ok_; ++i)
      read_package(record<Package>(header_.packages, i), lockfile.graph.packages[i]);
    if (!ok_) return std::nullopt;
    return lockfile;
  }

 private:
  template <class Record>
  bool holds(const Section& section) const {
    const std::uint64_t end =
        section.offset + std::uint64_t{section.count} * std::uint64_t{sizeof(Record)};
    return section.offset >= sizeof(Header) && end <= image_.size();
  }

  template <class Record>
  Record record(const Section& section, std::uint32_t index) const {
    Record result;
    std::memcpy(&result, image_.data() + section.offset + std::size_t{index} * sizeof(Record),
                sizeof result);
    return result;
  }

  void require(bool condition) { ok_ = ok_ && condition; }

  std::string_view text(const Text& text) {
    const bool inside = std::uint64_t{text.offset} + text.size <= header_.bytes.count;
    require(inside);
    if (!inside) return {};
    return as_text(image_.subspan(header_.bytes.offset + text.offset, text.size));
  }

  std::string_view name(const Text& name) {
    const std::string_view value = text(name);
    require(graph::is_linkable_name(value));
    return value;
  }

  // Lists lie one behind the other, as they were written: none is read twice, however small the
  // file. False, and the whole image refused, when one does not.
  bool within(const List& list, const Section& section, std::uint32_t& next) {
    require(list.first == next && list.count <= section.count - next);
    next += list.count;
    return ok_;
  }

  void read_texts(const List& list, std::vector<std::string>& values) {
    if (!within(list, header_.list_texts, next_text_)) return;
    values.reserve(list.count);
    for (std::uint32_t i = 0; i < list.count; ++i)
      values.emplace_back(text(record<Text>(header_.list_texts, list.first + i)));
  }

  graph::PackageId target(std::uint32_t index, bool may_lack) {
    require(index < header_.packages.count || (index == kNoTarget && may_lack));
    return graph::PackageId{index};
  }

  void read_integrity(const Text& field, crypto::Integrity& integrity) {
    const std::string_view value = text(field);
    if (value.empty()) return;
    if (value.size() == std::tuple_size_v<crypto::Sha512>) {
      crypto::Sha512 digest;
      std::memcpy(digest.data(), value.data(), digest.size());
      integrity = crypto::Integrity::from_sha512(digest);
      return;
    }
    Result<crypto::Integrity> parsed = crypto::Integrity::parse(value.substr(1));
    require(value[0] == 't' && parsed);
    if (parsed) integrity = std::move(*parsed);
  }

  void read_importer(const Importer& record_, graph::Importer& importer) {
    importer.path = text(record_.path);
    require(is_inner_path(importer.path));
    if (!within(record_.edges, header_.importer_edges, next_importer_edge_)) return;
    importer.dependencies.resize(record_.edges.count);
    for (std::uint32_t i = 0; i < record_.edges.count; ++i) {
      const auto edge = record<ImporterEdge>(header_.importer_edges, record_.edges.first + i);
      require(edge.kind < kKinds);
      if (!ok_) return;
      const auto kind = static_cast<manifest::DependencyKind>(edge.kind);
      const bool may_lack = kind == manifest::DependencyKind::Optional;
      importer.dependencies[i] = {std::string(name(edge.name)), std::string(text(edge.spec)), kind,
                                  target(edge.target, may_lack)};
    }
    read_rules(record_.rules, importer.rules);
  }

  void read_rules(const List& list, std::vector<graph::AppliedRule>& rules) {
    if (!within(list, header_.rules, next_rule_)) return;
    rules.resize(list.count);
    for (std::uint32_t i = 0; i < list.count; ++i) {
      const auto rule = record<Rule>(header_.rules, list.first + i);
      require(rule.kind <= static_cast<std::uint32_t>(graph::AppliedRule::Kind::Extended));
      rules[i] = {std::string(name(rule.name)), std::string(text(rule.from)),
                  std::string(text(rule.rule)), static_cast<graph::AppliedRule::Kind>(rule.kind)};
    }
  }

  void read_package(const Package& from, graph::Package& package) {
    require(from.source < kSources);
    if (!ok_) return;
    package.source.kind = static_cast<graph::SourceKind>(from.source);
    package.source.locator = text(from.locator);
    require(package.source.kind != graph::SourceKind::Workspace ||
            is_inner_path(package.source.locator));
    package.name = name(from.name);
    package.version = text(from.version);
    require(is_version_text(package.version));
    package.peer_context = text(from.context);
    read_integrity(from.integrity, package.integrity);
    package.tarball = text(from.tarball);
    package.size = from.size;
    package.engines_node = text(from.engines_node);
    read_texts(from.os, package.platform.os);
    read_texts(from.cpu, package.platform.cpu);
    read_texts(from.libc, package.platform.libc);
    read_texts(from.bundled, package.bundled);
    package.has_bin = (from.flags & kHasBin) != 0;
    package.has_install_script = (from.flags & kHasScripts) != 0;
    read_peers(from.peers, package.peers);
    read_edges(from.edges, package.dependencies);
    read_rules(from.rules, package.rules);
  }

  void read_peers(const List& list, std::vector<graph::PeerDeclaration>& peers) {
    if (!within(list, header_.peers, next_peer_)) return;
    peers.resize(list.count);
    for (std::uint32_t i = 0; i < list.count; ++i) {
      const auto peer = record<Peer>(header_.peers, list.first + i);
      peers[i] = {std::string(name(peer.name)), std::string(text(peer.range)), peer.optional != 0};
    }
  }

  void read_edges(const List& list, std::vector<graph::Edge>& edges) {
    if (!within(list, header_.edges, next_edge_)) return;
    edges.resize(list.count);
    for (std::uint32_t i = 0; i < list.count; ++i) {
      const auto edge = record<Edge>(header_.edges, list.first + i);
      edges[i] = {std::string(name(edge.name)), target(edge.target, edge.optional != 0),
                  edge.optional != 0};
    }
  }

  Bytes image_;
  Header header_;
  std::uint32_t next_text_ = 0;
  std::uint32_t next_importer_edge_ = 0;
  std::uint32_t next_peer_ = 0;
  std::uint32_t next_edge_ = 0;
  std::uint32_t next_rule_ = 0;
  bool ok_ = true;
};

}  // namespace

std::optional<Lockfile> read_image(Bytes image, std::string_view lockfile_text,
                                   std::string_view machine_key) {
  ImageReader reader(image);
  if (!reader.read_header(lockfile_text, machine_key)) return std::nullopt;
  return reader.read();
}

}  // namespace lpm::lockfile
