// yarn.lock of yarn 1. Looks like YAML and is not: two blanks a level, no colon between key and
// value, and a key may be a list of patterns.
//
//   "@scope/a@^1", a@1:
//     version "1.2.3"
//     dependencies:
//       b "^2"
#include <fmt/format.h>

#include <optional>
#include <unordered_map>

#include "foreign/lock_builder.h"
#include "foreign/readers.h"

namespace lpm::foreign {
namespace {

using manifest::DependencyKind;

// The words of one line, without its indentation.
struct Line {
  std::uint32_t number = 0;
  std::size_t indentation = 0;
  std::vector<std::string> words;
  bool ends_in_colon = false;
};

// Reads a word in quotes, with the escapes of JSON that yarn writes, or up to a separator.
std::optional<std::string> take_word(std::string_view text, std::size_t& at) {
  std::string word;
  if (text[at] != '"') {
    const std::size_t end = std::min(text.find_first_of(" ,:\"", at), text.size());
    // A colon inside is part of the word: `a@npm:b@1`, which yarn quotes, and people do not.
    std::size_t behind = end;
    while (behind + 1 < text.size() && text[behind] == ':' && text[behind + 1] != ' ')
      behind = std::min(text.find_first_of(" ,:\"", behind + 1), text.size());
    word = text.substr(at, behind - at);
    at = behind;
    if (word.empty()) return std::nullopt;
    return word;
  }
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') {
      ++at;
      return word;
    }
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    word += text[at];
  }
  return std::nullopt;
}

std::optional<Line> split_line(std::string_view text, std::uint32_t number) {
  Line line;
  line.number = number;
  line.indentation = std::min(text.find_first_not_of(' '), text.size());
  std::size_t at = line.indentation;
  while (at < text.size()) {
    if (text[at] == ' ' || text[at] == ',') {
      ++at;
    } else if (text[at] == ':' && at + 1 == text.size()) {
      line.ends_in_colon = true;
      ++at;
    } else {
      auto word = take_word(text, at);
      if (!word) return std::nullopt;
      line.words.push_back(*std::move(word));
    }
  }
  return line;
}

class YarnClassicReader {
 public:
  explicit YarnClassicReader(std::string_view file_name)
      : file_name_(file_name), builder_(Format::YarnClassic, "1") {}

  Status take(const Line& line);
  Result<ForeignLock> finish();

 private:
  // An entry while its lines come.
  struct Open {
    std::vector<std::string> patterns;
    Entry entry;
    std::string integrity;
    std::string sha1;
  };

  Error problem(const Line& line, std::string text) const {
    return bad_lockfile(file_name_, line.number, std::move(text));
  }
  Status begin_entry(const Line& line);
  Status take_field(const Line& line);
  Status take_dependency(const Line& line);
  void set_resolved(std::string_view resolved);
  void name_entry();
  void end_entry();

  std::string_view file_name_;
  LockBuilder builder_;
  std::optional<Open> open_;
  std::optional<DependencyKind> map_;
  std::unordered_map<std::string, EntryId> by_pattern_;
  std::unordered_map<std::string, EntryId> only_one_;  // by name; kNoEntry: several
};

Status YarnClassicReader::take(const Line& line) {
  if (line.indentation == 0) return begin_entry(line);
  if (!open_) return problem(line, "a line stands outside of any entry");
  if (line.indentation == 2) return take_field(line);
  if (line.indentation == 4 && map_) return take_dependency(line);
  return problem(line, "a line is indented in a way that means nothing");
}

Status YarnClassicReader::begin_entry(const Line& line) {
  end_entry();
  if (!line.ends_in_colon || line.words.empty()) return problem(line, "an entry must end in `:`");
  open_.emplace();
  open_->patterns = line.words;
  open_->entry.line = line.number;
  for (const std::string& pattern : line.words)
    if (!split_at_name(pattern)) return problem(line, "a pattern is not of the form `name@range`");
  return {};
}

// Yarn appends the sha1 of the tarball to its address.
void YarnClassicReader::set_resolved(std::string_view resolved) {
  const std::size_t hash = resolved.rfind('#');
  const bool has_sha1 = hash != std::string_view::npos && resolved.size() - hash == 41 &&
                        resolved.find(".git#") == std::string_view::npos;
  if (is_web_address(resolved)) {
    open_->entry.tarball = resolved.substr(0, has_sha1 ? hash : resolved.size());
    if (has_sha1) open_->sha1 = resolved.substr(hash + 1);
  }
  auto source = source_of(resolved);
  if (source && source->kind != graph::SourceKind::Url) open_->entry.source = *std::move(source);
}

Status YarnClassicReader::take_field(const Line& line) {
  map_.reset();
  if (line.words.empty()) return problem(line, "a line has a colon only");
  const std::string& key = line.words[0];
  if (line.ends_in_colon) {
    if (key == "dependencies") map_ = DependencyKind::Production;
    if (key == "optionalDependencies") map_ = DependencyKind::Optional;
    if (!map_) return problem(line, fmt::format("`{}` is not known here", key));
    return {};
  }
  if (line.words.size() != 2) return problem(line, "a line must be a key and a value");
  if (key == "version") open_->entry.version = line.words[1];
  if (key == "resolved") set_resolved(line.words[1]);
  if (key == "integrity") open_->integrity = line.words[1];
  return {};
}

Status YarnClassicReader::take_dependency(const Line& line) {
  if (line.words.size() != 2 || line.ends_in_colon)
    return problem(line, "a dependency must be a name and a range");
  if (graph::is_linkable_name(line.words[0]))
    open_->entry.edges.push_back({line.words[0], line.words[1], *map_, kNoEntry});
  return {};
}

// From the pattern; that of an alias says the real name.
void YarnClassicReader::name_entry() {
  Entry& entry = open_->entry;
  const auto parts = split_at_name(open_->patterns[0]);
  const auto alias = alias_of(parts->rest);
  entry.name = alias ? alias->name : parts->name;
  if (entry.source != graph::Source{}) return;
  if (is_web_address(parts->rest)) entry.source = {graph::SourceKind::Url, entry.tarball};
  if (auto source = source_of(parts->rest); source && !is_web_address(parts->rest))
    entry.source = *std::move(source);
}

void YarnClassicReader::end_entry() {
  map_.reset();
  if (!open_) return;
  name_entry();
  builder_.set_integrity(open_->entry, open_->integrity);
  if (open_->entry.integrity.empty())
    if (auto integrity = crypto::Integrity::from_shasum(open_->sha1))
      open_->entry.integrity = *std::move(integrity);
  const std::string name = open_->entry.name;
  const EntryId id = builder_.add(std::move(open_->entry));
  if (id != kNoEntry) {
    for (std::string& pattern : open_->patterns) {
      const auto parts = split_at_name(pattern);
      builder_.add_pattern(parts->name, parts->rest, id);
      by_pattern_.emplace(std::move(pattern), id);
    }
    const auto [at, is_first] = only_one_.emplace(name, id);
    if (!is_first) at->second = kNoEntry;
  }
  open_.reset();
}

Result<ForeignLock> YarnClassicReader::finish() {
  end_entry();
  builder_.leave_peers_out();
  for (EntryId id = 0; id < builder_.size(); ++id) {
    for (Edge& edge : builder_.entry(id).edges) {
      const auto found = by_pattern_.find(edge.name + "@" + edge.spec);
      if (found != by_pattern_.end()) {
        edge.target = found->second;
      } else if (const auto only = only_one_.find(edge.name); only != only_one_.end()) {
        edge.target = only->second;  // `resolutions` sent it there
      }
    }
  }
  return builder_.take();
}

}  // namespace

Result<ForeignLock> read_yarn_classic(std::string_view text, std::string_view file_name) {
  YarnClassicReader reader(file_name);
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view row = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (row.starts_with("<<<<<<< ") || row.starts_with("=======") || row.starts_with(">>>>>>> "))
      return bad_lockfile(file_name, number, "it holds merge-conflict markers");
    const std::size_t begin = row.find_first_not_of(' ');
    if (begin == std::string_view::npos || row[begin] == '#') continue;
    const std::optional<Line> line = split_line(row, number);
    if (!line) return bad_lockfile(file_name, number, "a word is not closed, or empty");
    LPM_TRY(reader.take(*line));
  }
  return reader.finish();
}

}  // namespace lpm::foreign
