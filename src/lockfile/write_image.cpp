// Graph to lpm.lockb.
#include <algorithm>
#include <unordered_map>

#include "lockfile/image_layout.h"
#include "lockfile/lockfile.h"

namespace lpm::lockfile {
namespace {

using namespace image;

class ImageWriter {
 public:
  std::string write(const Lockfile& lockfile, std::string_view lockfile_text,
                    std::string_view key) {
    for (const graph::Importer& importer : lockfile.graph.importers) add(importer);
    for (const graph::Package& package : lockfile.graph.packages) add(package);
    std::copy(kMagic.begin(), kMagic.end(), header_.magic);
    header_.version = kVersion;
    header_.lockfile = crypto::sha256(as_bytes(lockfile_text));
    header_.node = text(lockfile.inputs.node);
    header_.overrides = text(lockfile.inputs.overrides);
    header_.extensions = text(lockfile.inputs.extensions);
    header_.peer_rules = text(lockfile.inputs.peer_rules);
    header_.inputs = lockfile.inputs.legacy_peers ? kLegacyPeers : 0;
    std::string out(sizeof(Header), '\0');
    header_.importers = append(out, importers_);
    header_.importer_edges = append(out, importer_edges_);
    header_.packages = append(out, packages_);
    header_.edges = append(out, edges_);
    header_.peers = append(out, peers_);
    header_.rules = append(out, rules_);
    header_.list_texts = append(out, list_texts_);
    header_.bytes = {size_of(out), size_of(bytes_)};
    out += bytes_;
    header_.size = size_of(out);
    std::memcpy(out.data(), &header_, sizeof header_);
    const crypto::Sha256 check = check_of(as_bytes(out), key);
    std::memcpy(out.data() + kCheckOffset, check.data(), check.size());
    return out;
  }

 private:
  template <class T>
  static std::uint32_t size_of(const T& items) {
    return static_cast<std::uint32_t>(items.size());
  }

  template <class Record>
  static Section append(std::string& out, const std::vector<Record>& records) {
    const Section section{size_of(out), size_of(records)};
    out.append(reinterpret_cast<const char*>(records.data()), records.size() * sizeof(Record));
    return section;
  }

  Text text(std::string_view value) {
    if (value.empty()) return {};
    const auto [known, is_new] = known_.try_emplace(std::string(value));
    if (is_new) {
      known->second = {size_of(bytes_), size_of(value)};
      bytes_ += value;
    }
    return known->second;
  }

  List texts(const std::vector<std::string>& values) {
    const List list{size_of(list_texts_), size_of(values)};
    for (const std::string& value : values) list_texts_.push_back(text(value));
    return list;
  }

  Text integrity(const crypto::Integrity& value) {
    if (value.empty()) return {};
    const std::string canonical = value.to_string();
    const std::optional<crypto::Sha512> digest = value.sha512_digest();
    if (digest && crypto::Integrity::from_sha512(*digest).to_string() == canonical)
      return text(as_text(*digest));
    return text("t" + canonical);
  }

  void add(const graph::Importer& importer) {
    const List edges{size_of(importer_edges_), size_of(importer.dependencies)};
    for (const graph::ImporterEdge& edge : importer.dependencies)
      importer_edges_.push_back({text(edge.name), text(edge.spec),
                                 static_cast<std::uint32_t>(edge.kind), graph::index(edge.target)});
    importers_.push_back({text(importer.path), edges, rules(importer.rules)});
  }

  void add(const graph::Package& package) {
    Package record;
    record.name = text(package.name);
    record.version = text(package.version);
    record.context = text(package.peer_context);
    record.locator = text(package.source.locator);
    record.integrity = integrity(package.integrity);
    record.tarball = text(package.tarball);
    record.engines_node = text(package.engines_node);
    record.os = texts(package.platform.os);
    record.cpu = texts(package.platform.cpu);
    record.libc = texts(package.platform.libc);
    record.bundled = texts(package.bundled);
    record.size = package.size;
    record.source = static_cast<std::uint32_t>(package.source.kind);
    record.flags = (package.has_bin ? kHasBin : 0) | (package.has_install_script ? kHasScripts : 0);
    record.peers = {size_of(peers_), size_of(package.peers)};
    for (const graph::PeerDeclaration& peer : package.peers)
      peers_.push_back({text(peer.name), text(peer.range), peer.optional ? 1U : 0U});
    record.edges = {size_of(edges_), size_of(package.dependencies)};
    for (const graph::Edge& edge : package.dependencies)
      edges_.push_back({text(edge.name), graph::index(edge.target), edge.optional ? 1U : 0U});
    record.rules = rules(package.rules);
    packages_.push_back(record);
  }

  List rules(const std::vector<graph::AppliedRule>& applied) {
    const List list{size_of(rules_), size_of(applied)};
    for (const graph::AppliedRule& rule : applied)
      rules_.push_back({text(rule.name), text(rule.from), text(rule.rule),
                        static_cast<std::uint32_t>(rule.kind)});
    return list;
  }

  Header header_;
  std::vector<Importer> importers_;
  std::vector<ImporterEdge> importer_edges_;
  std::vector<Package> packages_;
  std::vector<Edge> edges_;
  std::vector<Peer> peers_;
  std::vector<Rule> rules_;
  std::vector<Text> list_texts_;
  std::string bytes_;
  std::unordered_map<std::string, Text> known_;
};

}  // namespace

crypto::Sha256 image::check_of(Bytes image, std::string_view key) {
  crypto::Digester digester(crypto::Algorithm::Sha256);
  digester.update(as_bytes(key));
  digester.update(image.first(kCheckOffset));
  digester.update(image.subspan(kCheckedFrom));
  const std::vector<std::uint8_t> digest = digester.finish();
  crypto::Sha256 check{};
  std::copy(digest.begin(), digest.end(), check.begin());
  return check;
}

std::string write_image(const Lockfile& lockfile, std::string_view lockfile_text,
                        std::string_view machine_key) {
  return ImageWriter().write(lockfile, lockfile_text, machine_key);
}

}  // namespace lpm::lockfile
