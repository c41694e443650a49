#include "formats/patch.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace lpm::formats {
namespace {

constexpr std::string_view kNoFile = "/dev/null";

Error bad_patch(std::string_view file_name, std::uint32_t line, std::string why) {
  return Error(ErrorCode::BAD_PATCH, fmt::format("`{}` is not understood: {}", file_name, why))
      .at(fmt::format("{}:{}", file_name, line));
}

struct Counts {
  std::uint32_t begin = 0;
  std::uint32_t count = 1;
};

// `12,3` or `12`.
std::optional<Counts> counts_of(std::string_view text) {
  constexpr std::uint64_t kMost = 100'000'000;
  const std::size_t comma = text.find(',');
  const auto begin = parse_decimal(text.substr(0, comma));
  const auto count = comma == std::string_view::npos ? std::optional<std::uint64_t>(1)
                                                     : parse_decimal(text.substr(comma + 1));
  if (!begin || !count || *begin > kMost || *count > kMost) return std::nullopt;
  return Counts{static_cast<std::uint32_t>(*begin), static_cast<std::uint32_t>(*count)};
}

// The bytes of a path that git wrote in quotes, with octal and C escapes.
std::optional<std::string> unquoted(std::string_view text) {
  constexpr std::string_view kEscapes = "abtnvfr\"\\";
  constexpr std::string_view kMeanings = "\a\b\t\n\v\f\r\"\\";
  if (!text.starts_with('"')) return std::string(text.substr(0, text.find('\t')));
  std::string path;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return path;
    if (text[i] != '\\') {
      path += text[i];
      continue;
    }
    if (++i == text.size()) break;
    if (const std::size_t at = kEscapes.find(text[i]); at != std::string_view::npos) {
      path += kMeanings[at];
      continue;
    }
    unsigned byte = 0;
    for (std::size_t end = i + 3; i < end; ++i) {
      if (i >= text.size() || text[i] < '0' || text[i] > '7') return std::nullopt;
      byte = byte * 8 + static_cast<unsigned>(text[i] - '0');
    }
    if (byte > 255) return std::nullopt;
    path += static_cast<char>(byte);
    --i;
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view file_name)
      : lines_(split(text, '\n')), file_name_(file_name) {
    if (!lines_.empty() && lines_.back().empty()) lines_.pop_back();
    // A patch that was checked out with the line ends of another system.
    const bool is_foreign = std::any_of(lines_.begin(), lines_.end(), [](std::string_view line) {
      return line.starts_with("+++ ") && line.ends_with('\r');
    });
    if (!is_foreign) return;
    for (std::string_view& line : lines_)
      if (line.ends_with('\r')) line.remove_suffix(1);
  }

  Result<std::vector<FilePatch>> read() {
    while (at_ < lines_.size()) {
      if (line().starts_with("diff --git ") || begins_names()) {
        LPM_TRY(read_file());
      } else if (line().starts_with("@@ ")) {
        return bad("there is no file before this hunk");
      } else {
        ++at_;  // what stands around the patches of files is for people
      }
    }
    if (files_.empty()) return bad_patch(file_name_, 1, "it changes no file");
    return std::move(files_);
  }

 private:
  std::string_view line() const { return lines_[at_]; }
  std::uint32_t number() const { return static_cast<std::uint32_t>(at_ + 1); }
  Error bad(std::string why) const { return bad_patch(file_name_, number(), std::move(why)); }
  bool begins_names() const {
    return line().starts_with("--- ") && at_ + 1 < lines_.size() &&
           lines_[at_ + 1].starts_with("+++ ");
  }

  // `a/lib/x.js` -> `lib/x.js`. Of `rename from` no component is left out.
  Result<SafeRelativePath> path_of(std::string_view text, bool has_prefix) const {
    const auto path = unquoted(text);
    if (!path) return bad("the path is not understood");
    const std::size_t slash = has_prefix ? path->find('/') : 0;
    if (slash == std::string::npos) return bad(fmt::format("`{}` has no `a/` or `b/`", *path));
    auto safe = SafeRelativePath::parse(std::string_view(*path).substr(has_prefix ? slash + 1 : 0));
    if (!safe) return bad(fmt::format("`{}` is no path inside the package", *path));
    if (safe->str() == "node_modules" || safe->str().starts_with("node_modules/"))
      return bad(fmt::format("`{}` belongs to other packages", *path));
    return safe;
  }

  Status read_file() {
    draft_ = {};
    draft_.line = number();
    if (line().starts_with("diff --git ")) LPM_TRY(read_git_header());
    if (at_ < lines_.size() && begins_names()) LPM_TRY(read_names());
    while (at_ < lines_.size() && line().starts_with("@@ ")) LPM_TRY(read_hunk());
    return finish_file();
  }

  // `b/x` of `a/x b/x`: enough for files without hunks. Paths that differ are told again.
  static std::string_view same_path_of(std::string_view both) {
    const std::size_t middle = both.size() / 2;
    if (both.size() % 2 == 0 || both[middle] != ' ') return {};
    const std::string_view first = both.substr(0, middle);
    const std::string_view second = both.substr(middle + 1);
    const std::size_t slash = first.find('/');
    const bool is_same = slash != std::string_view::npos && slash == second.find('/') &&
                         first.substr(slash) == second.substr(slash);
    return is_same ? second : std::string_view();
  }

  Status read_git_header() {
    draft_.same_path = same_path_of(line().substr(std::string_view("diff --git ").size()));
    for (++at_; at_ < lines_.size(); ++at_) {
      const std::string_view text = line();
      if (text.starts_with("diff --git ") || text.starts_with("@@ ") || begins_names()) break;
      if (text.starts_with("GIT binary patch") || text.starts_with("Binary files "))
        return bad("it changes a binary file");
      if (text.starts_with("copy from ")) return bad("it copies a file");
      LPM_TRY(read_attribute(text));
    }
    return {};
  }

  Status read_attribute(std::string_view text) {
    const auto after = [&](std::string_view word) -> std::optional<std::string_view> {
      if (!text.starts_with(word)) return std::nullopt;
      return text.substr(word.size());
    };
    if (const auto from = after("rename from ")) {
      LPM_TRY_ASSIGN(draft_.old_path, path_of(*from, false));
    } else if (const auto to = after("rename to ")) {
      LPM_TRY_ASSIGN(draft_.new_path, path_of(*to, false));
    } else if (const auto created = after("new file mode ")) {
      draft_.kind = FilePatch::Kind::Create;
      return read_mode(*created);
    } else if (after("deleted file mode ")) {
      draft_.kind = FilePatch::Kind::Delete;
    } else if (const auto mode = after("new mode ")) {
      return read_mode(*mode);
    }
    return {};
  }

  Status read_mode(std::string_view mode) {
    if (mode != "100644" && mode != "100755")
      return bad(fmt::format("`{}` is no mode of a plain file", mode));
    draft_.executable = mode == "100755";
    return {};
  }

  // Of a line `--- a/x` or `+++ b/x`; nothing of `/dev/null`.
  Result<std::optional<SafeRelativePath>> read_name() {
    const std::string_view name = line().substr(4);
    std::optional<SafeRelativePath> path;
    if (!name.starts_with(kNoFile)) {
      LPM_TRY_ASSIGN(path, path_of(name, true));
    }
    ++at_;
    return path;
  }

  Status read_names() {
    LPM_TRY_ASSIGN(draft_.old_path, read_name());
    LPM_TRY_ASSIGN(draft_.new_path, read_name());
    if (!draft_.old_path) draft_.kind = FilePatch::Kind::Create;
    if (!draft_.new_path) draft_.kind = FilePatch::Kind::Delete;
    return {};
  }

  Status read_hunk() {
    PatchHunk hunk;
    hunk.line = number();
    const std::vector<std::string_view> words = split(line(), ' ');
    const auto part = [&](std::size_t i, char sign) -> std::optional<Counts> {
      if (words.size() < 4 || words[3].substr(0, 2) != "@@" || !words[i].starts_with(sign))
        return std::nullopt;
      return counts_of(words[i].substr(1));
    };
    const auto before = part(1, '-');
    const auto after = part(2, '+');
    if (!before || !after) return bad("this is no `@@ -1,2 +1,2 @@`");
    hunk.old_begin = before->begin;
    ++at_;
    LPM_TRY(read_lines(hunk, before->count, after->count));
    draft_.hunks.push_back(std::move(hunk));
    return {};
  }

  // False for a line that has nothing but its end.
  static bool drop_end(std::vector<std::string>& lines) {
    lines.back().pop_back();
    return !lines.back().empty();
  }

  Status read_lines(PatchHunk& hunk, std::uint32_t old_count, std::uint32_t new_count) {
    bool was_old = false;
    bool was_new = false;
    while (true) {
      const bool is_whole =
          hunk.old_lines.size() == old_count && hunk.new_lines.size() == new_count;
      if (at_ < lines_.size() && line().starts_with('\\')) {
        if ((was_old && !drop_end(hunk.old_lines)) || (was_new && !drop_end(hunk.new_lines)))
          return bad("there is nothing in the line without an end");
        was_old = was_new = false;
        ++at_;
        continue;
      }
      if (is_whole) return {};
      if (at_ == lines_.size())
        return bad_patch(file_name_, number() - 1, "it ends in the middle of a hunk");
      const char sign = line().empty() ? ' ' : line()[0];
      was_old = sign == ' ' || sign == '-';
      was_new = sign == ' ' || sign == '+';
      if (!was_old && !was_new) return bad("the hunk is shorter than it says");
      std::string text(line().empty() ? line() : line().substr(1));
      text += '\n';
      if (was_new) hunk.new_lines.push_back(text);
      if (was_old) hunk.old_lines.push_back(std::move(text));
      if (hunk.old_lines.size() > old_count || hunk.new_lines.size() > new_count)
        return bad("the hunk is longer than it says");
      ++at_;
    }
  }

  Status finish_file() {
    Draft& file = draft_;
    if (!file.old_path && !file.new_path && !file.same_path.empty()) {
      LPM_TRY_ASSIGN(file.new_path, path_of(file.same_path, true));
      file.old_path = file.new_path;
    }
    const bool is_removed = file.kind == FilePatch::Kind::Delete && file.old_path;
    const std::optional<SafeRelativePath>& path = is_removed ? file.old_path : file.new_path;
    if (!path) return bad_patch(file_name_, file.line, "it names no file");
    const bool is_renamed =
        file.kind == FilePatch::Kind::Change && file.old_path && *file.old_path != *path;
    files_.push_back({file.kind, *path, is_renamed ? file.old_path : std::nullopt, file.executable,
                      std::move(file.hunks), file.line});
    return {};
  }

  // What is known of the file whose patch is being read.
  struct Draft {
    FilePatch::Kind kind = FilePatch::Kind::Change;
    std::optional<SafeRelativePath> old_path;
    std::optional<SafeRelativePath> new_path;
    std::string_view same_path;  // of both, from the first line
    std::optional<bool> executable;
    std::vector<PatchHunk> hunks;
    std::uint32_t line = 0;
  };

  std::vector<std::string_view> lines_;
  std::string_view file_name_;
  std::size_t at_ = 0;
  std::vector<FilePatch> files_;
  Draft draft_;
};

// With their line ends.
std::vector<std::string_view> whole_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end == std::string_view::npos ? end : end + 1));
    text.remove_prefix(lines.back().size());
  }
  return lines;
}

bool stands_at(const std::vector<std::string>& wanted, const std::vector<std::string_view>& lines,
               std::size_t at) {
  return at + wanted.size() <= lines.size() &&
         std::equal(wanted.begin(), wanted.end(), lines.begin() + static_cast<std::ptrdiff_t>(at));
}

// Index of the line where the hunk fits, from `begin` on, as near to `expected` as it can be.
std::optional<std::size_t> place_of(const PatchHunk& hunk, std::size_t begin, std::size_t expected,
                                    const std::vector<std::string_view>& lines) {
  expected = std::clamp(expected, begin, lines.size());
  if (hunk.old_lines.empty()) return expected;
  for (std::size_t away = 0; away <= lines.size(); ++away) {
    if (expected >= begin + away && stands_at(hunk.old_lines, lines, expected - away))
      return expected - away;
    if (stands_at(hunk.old_lines, lines, expected + away)) return expected + away;
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<FilePatch>> parse_patch(std::string_view text, std::string_view file_name) {
  return Reader(text, file_name).read();
}

PatchedText apply_hunks(const std::vector<PatchHunk>& hunks, std::string_view text) {
  const std::vector<std::string_view> lines = whole_lines(text);
  PatchedText patched;
  std::size_t done = 0;  // lines that are in the new text, or were replaced
  std::int64_t moved = 0;
  for (const PatchHunk& hunk : hunks) {
    const std::int64_t said = static_cast<std::int64_t>(hunk.old_begin) -
                              (hunk.old_lines.empty() || hunk.old_begin == 0 ? 0 : 1);
    const auto expected = static_cast<std::size_t>(std::max<std::int64_t>(said + moved, 0));
    const auto at = place_of(hunk, done, expected, lines);
    if (!at) return {"", &hunk};
    moved = static_cast<std::int64_t>(*at) - said;
    for (; done < *at; ++done) patched.text += lines[done];
    for (const std::string& line : hunk.new_lines) patched.text += line;
    done += hunk.old_lines.size();
  }
  for (; done < lines.size(); ++done) patched.text += lines[done];
  return patched;
}

}  // namespace lpm::formats
