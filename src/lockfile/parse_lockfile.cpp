// lpm.lock to graph. Accepts the one canonical text of a graph and nothing else.
#include "lockfile/parse_lockfile.h"

#include <algorithm>

#include "lockfile/lockfile.h"

namespace lpm::lockfile {
namespace {

constexpr std::string_view kDefaultHint =
    "restore it from version control, or delete it and run `lpm install`";
constexpr std::size_t kShownBytes = 80;

// The number of the first line that a merge left behind; 0 when there is none.
std::size_t conflict_line(std::string_view text) {
  std::size_t number = 1;
  for (; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    for (const std::string_view marker : {"<<<<<<<", "|||||||", "=======", ">>>>>>>"})
      if (line.starts_with(marker) && (line.size() == 7 || line[7] == ' ' || line[7] == '\r'))
        return number;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return 0;
}

std::string place(std::string_view file, std::size_t line) {
  return std::string(file) + ":" + std::to_string(line);
}

}  // namespace

bool Parser::fail(std::string expected, std::size_t line) {
  if (problem_) return false;
  problem_ = Problem{line != 0 ? line : line_number_, std::move(expected),
                     line != 0 ? std::string() : std::string(line_.substr(0, kShownBytes))};
  return false;
}

Error Parser::error(std::string_view file) const {
  if (newer_) {
    return Error(ErrorCode::NEWER_LOCKFILE, "`lpm.lock` was written by a newer lpm")
        .at(place(file, 1))
        .fact("format",
              std::to_string(newer_) + "; this lpm knows " + std::to_string(kFormatVersion))
        .hint("update lpm");
  }
  if (const std::size_t line = conflict_line(text_)) {
    return Error(ErrorCode::CONFLICT_MARKERS, "`lpm.lock` holds merge-conflict markers")
        .at(place(file, line))
        .hint("run `lpm install` to merge both sides");
  }
  Error error = Error(ErrorCode::BAD_LOCKFILE, "`lpm.lock` is not understood")
                    .at(place(file, problem_->line))
                    .fact("expected", problem_->expected);
  if (!problem_->found.empty()) error.facts.push_back({"found", problem_->found});
  error.hints.emplace_back(kDefaultHint);
  return error;
}

bool Parser::next_line() {
  ++line_number_;
  if (offset_ >= text_.size()) {
    line_ = {};
    return false;
  }
  const std::size_t end = text_.find('\n', offset_);
  line_ = text_.substr(offset_, end == std::string_view::npos ? end : end - offset_);
  if (end == std::string_view::npos) {
    offset_ = text_.size();
    return fail("a line feed at the end of the file");
  }
  offset_ = end + 1;
  if (line_.ends_with('\r')) return fail("a line that ends with LF alone");
  return true;
}

bool Parser::parse() {
  if (!read_version()) return false;
  while (next_line()) {
    if (!line_.empty()) return fail("an empty line before a table");
    if (!next_line()) return fail("a table after the empty line");
    if (!read_table()) return false;
  }
  if (problem_) return false;
  if (version_ == kFormatVersion && newest_line_ == 0)
    return fail("`lockfile = 1`, where nothing needs a newer format", 1);
  return resolve_targets() && sort_by_name();
}

bool Parser::read_version() {
  if (!next_line()) return fail("`lockfile = 1`; the file is empty");
  LineCursor cursor(line_);
  std::optional<std::uint64_t> version;
  if (!cursor.skip("lockfile = ") || !(version = cursor.number()) || !cursor.at_end())
    return fail("`lockfile = 1`");
  if (*version > kFormatVersion) newer_ = *version;
  version_ = *version;
  return version_ == kFormatVersion || version_ == kVersionWithoutRules || fail("`lockfile = 1`");
}

bool Parser::read_table() {
  LineCursor cursor(line_);
  if (line_ == "[resolution]") {
    if (stage_ != Stage::Start) return fail("`[resolution]` before all other tables, once");
    stage_ = Stage::Resolution;
    if (offset_ >= text_.size() || text_[offset_] == '\n') return fail("a line in `[resolution]`");
    return read_lines([this](LineCursor& line) { return resolution_line(line); });
  }
  const bool is_importer = cursor.skip("[importers.");
  if (!is_importer && !cursor.skip("[packages."))
    return fail("`[resolution]`, `[importers.\"path\"]` or `[packages.\"key\"]`");
  std::optional<std::string> name = cursor.string();
  if (!name || !cursor.skip("]") || !cursor.at_end()) return fail("a quoted name and `]`");
  if (is_importer) {
    return begin_importer(std::move(*name)) &&
           read_lines([this](LineCursor& line) { return importer_line(line); });
  }
  return begin_package(std::move(*name)) &&
         read_lines([this](LineCursor& line) { return package_line(line); });
}

// Reads lines up to the next empty one; checks order and that no key comes twice.
template <class Body>
bool Parser::read_lines(Body body) {
  std::string_view previous;
  std::string_view previous_key;
  while (offset_ < text_.size() && text_[offset_] != '\n') {
    if (!next_line()) return false;
    LineCursor cursor(line_);
    if (!body(cursor)) return fail("a line of this table's form");
    if (!cursor.at_end()) return fail("the end of the line after the value");
    if (line_ <= previous) return fail("lines in bytewise order, each once");
    // Same key, other value: the keys before ` = ` are equal, since equal beginnings are
    // neighbours.
    const std::string_view key = line_.substr(0, key_length_);
    if (key == previous_key) return fail("each key once");
    previous = line_;
    previous_key = key;
  }
  return true;
}

bool Parser::equals_sign(LineCursor& cursor) {
  key_length_ = line_.size() - cursor.rest().size();
  return cursor.skip(" = ") || fail("` = ` after the key");
}

bool Parser::text_value(LineCursor& cursor, std::string& target) {
  std::optional<std::string> text;
  if (!equals_sign(cursor)) return false;
  if (!(text = cursor.string()) || text->empty()) return fail("a quoted text that is not empty");
  target = std::move(*text);
  return true;
}

bool Parser::flag_value(LineCursor& cursor, bool& target) {
  target = true;
  return equals_sign(cursor) && (cursor.skip("true") || fail("`true`"));
}

bool Parser::array_value(LineCursor& cursor, std::vector<std::string>& target) {
  std::optional<std::vector<std::string>> items;
  if (!equals_sign(cursor)) return false;
  if (!(items = cursor.array())) return fail("an array of quoted texts");
  target = std::move(*items);
  return true;
}

bool Parser::dependency_name(LineCursor& cursor, std::string& target) {
  std::optional<std::string> name;
  if (!cursor.skip(".") || !(name = cursor.segment())) return fail("`.` and a package name");
  if (!graph::is_linkable_name(*name)) return fail("a package name");
  target = std::move(*name);
  return true;
}

bool Parser::resolution_line(LineCursor& cursor) {
  const std::string_view key = cursor.bare();
  if (key == "node") return text_value(cursor, result_.inputs.node);
  if (key == "legacy-peer-deps") return flag_value(cursor, result_.inputs.legacy_peers);
  if (key == "overrides") return hash_value(cursor, result_.inputs.overrides);
  if (key == "packageExtensions")
    return needs_newest() && hash_value(cursor, result_.inputs.extensions);
  if (key == "peerDependencyRules")
    return needs_newest() && hash_value(cursor, result_.inputs.peer_rules);
  return fail("`legacy-peer-deps`, `node`, `overrides`, or another kind of rules");
}

bool Parser::hash_value(LineCursor& cursor, std::string& hash) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!text_value(cursor, hash)) return false;
  return (hash.size() == 64 && std::all_of(hash.begin(), hash.end(), is_hex)) ||
         fail("64 hexadecimal digits");
}

bool Parser::needs_newest() {
  if (newest_line_ == 0) newest_line_ = line_number_;
  return version_ == kFormatVersion || fail("`lockfile = 2` above, for a line like this");
}

// `overridden.NAME` and `extended.NAME`.
bool Parser::rule_line(LineCursor& cursor, std::string_view key,
                       std::vector<graph::AppliedRule>& rules) {
  graph::AppliedRule rule;
  if (!needs_newest() || !dependency_name(cursor, rule.name)) return false;
  if (key == "extended") {
    rule.kind = graph::AppliedRule::Kind::Extended;
    if (!text_value(cursor, rule.rule)) return false;
  } else {
    std::optional<std::string> from;
    std::optional<std::string> by;
    if (!equals_sign(cursor) || !cursor.skip("{ from = ") || !(from = cursor.string()) ||
        !cursor.skip(", by = ") || !(by = cursor.string()) || by->empty() || !cursor.skip(" }"))
      return fail("`{ from = \"...\", by = \"...\" }`");
    rule.from = std::move(*from);
    rule.rule = std::move(*by);
  }
  rules.push_back(std::move(rule));
  return true;
}

bool Parser::begin_importer(std::string path) {
  if (stage_ > Stage::Importers) return fail("importers before packages");
  stage_ = Stage::Importers;
  if (!is_inner_path(path)) return fail("a path inside the workspace");
  auto& importers = result_.graph.importers;
  if (!importers.empty() && importers.back().path >= path)
    return fail("importers in bytewise order, each once");
  importers.emplace_back().path = std::move(path);
  return true;
}

bool Parser::importer_line(LineCursor& cursor) {
  graph::Importer& importer = result_.graph.importers.back();
  graph::ImporterEdge edge;
  const std::string_view group = cursor.bare();
  if (group == "overridden") return rule_line(cursor, group, importer.rules);
  bool known = false;
  using Kind = manifest::DependencyKind;
  for (const Kind kind : {Kind::Production, Kind::Development, Kind::Optional, Kind::Peer}) {
    if (group != manifest::field_of(kind)) continue;
    edge.kind = kind;
    known = true;
  }
  if (!known) return fail("a kind of dependencies");
  if (!dependency_name(cursor, edge.name) || !equals_sign(cursor)) return false;
  std::optional<std::string> spec;
  std::optional<std::string> to;
  if (!cursor.skip("{ spec = ") || !(spec = cursor.string()) || !cursor.skip(", to = ") ||
      !(to = cursor.string()) || !cursor.skip(" }"))
    return fail("`{ spec = \"...\", to = \"...\" }`");
  edge.spec = std::move(*spec);
  importer_targets_.push_back({index_of_last(result_.graph.importers),
                               index_of_next(importer.dependencies), line_number_, std::move(*to)});
  importer.dependencies.push_back(std::move(edge));
  return true;
}

bool Parser::begin_package(std::string key) {
  stage_ = Stage::Packages;
  const std::optional<graph::KeyParts> parts = graph::split_key(key);
  if (!parts) return fail("the key of a package: `name@version`");
  if (parts->source.kind == graph::SourceKind::Workspace && !is_inner_path(parts->source.locator))
    return fail("a path inside the workspace");
  const bool has_alias = parts->source.is_registry() && !parts->source.locator.empty();
  if (has_alias && !parts->name.starts_with(parts->source.locator + "/"))
    return fail("the registry of the package's own scope");
  if (!keys_.empty() && keys_.back() >= key) return fail("packages in bytewise order, each once");
  graph::Package& package = result_.graph.packages.emplace_back();
  package.name = parts->name;
  package.source = parts->source;
  package.version = parts->version;
  package.peer_context = parts->peer_context;
  keys_.push_back(std::move(key));
  return true;
}

bool Parser::package_line(LineCursor& cursor) {
  graph::Package& package = result_.graph.packages.back();
  const std::string_view key = cursor.bare();
  if (key == "dependencies") return package_edge(cursor, package, false);
  if (key == "optionalDependencies") return package_edge(cursor, package, true);
  if (key == "peerDependencies") return peer(cursor, package, false);
  if (key == "optionalPeerDependencies") return peer(cursor, package, true);
  if (key == "bin") return flag_value(cursor, package.has_bin);
  if (key == "bundled") return array_value(cursor, package.bundled);
  if (key == "cpu") return array_value(cursor, package.platform.cpu);
  if (key == "engines" && cursor.skip(".node")) return text_value(cursor, package.engines_node);
  if (key == "integrity") return integrity(cursor, package);
  if (key == "libc") return array_value(cursor, package.platform.libc);
  if (key == "os") return array_value(cursor, package.platform.os);
  if (key == "scripts") return flag_value(cursor, package.has_install_script);
  if (key == "size") return size(cursor, package);
  if (key == "overridden" || key == "extended") return rule_line(cursor, key, package.rules);
  if (key == "tarball") return text_value(cursor, package.tarball);
  if (key == "version" && !package.source.is_registry())
    return text_value(cursor, package.version) &&
           (is_version_text(package.version) || fail("a version"));
  return fail("a key that a package may have");
}

bool Parser::integrity(LineCursor& cursor, graph::Package& package) {
  std::string text;
  if (!text_value(cursor, text)) return false;
  Result<crypto::Integrity> parsed = crypto::Integrity::parse(text);
  if (!parsed || parsed->to_string() != text)
    return fail("an integrity of known algorithm and right length");
  package.integrity = std::move(*parsed);
  return true;
}

bool Parser::size(LineCursor& cursor, graph::Package& package) {
  if (!equals_sign(cursor)) return false;
  const std::optional<std::uint64_t> bytes = cursor.number();
  if (!bytes || *bytes == 0) return fail("a number of bytes");
  package.size = *bytes;
  return true;
}

bool Parser::package_edge(LineCursor& cursor, graph::Package& package, bool optional) {
  graph::Edge edge;
  edge.optional = optional;
  if (!dependency_name(cursor, edge.name) || !equals_sign(cursor)) return false;
  std::optional<std::string> to = cursor.string();
  if (!to) return fail("a quoted target");
  package_targets_.push_back({index_of_last(result_.graph.packages),
                              index_of_next(package.dependencies), line_number_, std::move(*to)});
  package.dependencies.push_back(std::move(edge));
  return true;
}

bool Parser::peer(LineCursor& cursor, graph::Package& package, bool optional) {
  graph::PeerDeclaration& peer = package.peers.emplace_back();
  peer.optional = optional;
  if (!dependency_name(cursor, peer.name) || !equals_sign(cursor)) return false;
  std::optional<std::string> range = cursor.string();
  if (!range) return fail("a quoted range");
  peer.range = std::move(*range);
  return true;
}

Result<Lockfile> parse_lockfile(std::string_view text, std::string_view file_name) {
  Parser parser(text);
  if (!parser.parse()) return parser.error(file_name);
  return std::move(parser).result();
}

}  // namespace lpm::lockfile
