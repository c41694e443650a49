// The reader of patches over any bytes. Promises: an error names its place; paths stay inside the
// folder; what was read, written out again, means the same; a hunk fits the text that is just its
// old lines and leaves just its new ones; the text after a NUL is patched without a crash, and
// lines that no hunk names are all still there. Inputs: up to 16 KiB.
#include <fmt/format.h>

#include <algorithm>

#include "formats/patch.h"
#include "fuzz.h"

namespace lpm::formats {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 16U << 10;

std::string all_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

bool is_whole(const std::vector<std::string>& lines) {
  return std::all_of(lines.begin(), lines.end(),
                     [](const std::string& line) { return line.ends_with('\n'); });
}

void require_fit(const PatchHunk& hunk) {
  const std::vector<std::string> inner(hunk.old_lines.begin(),
                                       hunk.old_lines.end() - (hunk.old_lines.empty() ? 0 : 1));
  if (!is_whole(inner)) return;  // a file has one end
  const PatchedText patched = apply_hunks({hunk}, all_of(hunk.old_lines));
  require(patched.failed == nullptr, "a hunk fits its own old lines");
  require(patched.text == all_of(hunk.new_lines), "its new lines are what it leaves");
  const std::string before = "some other line\n" + all_of(hunk.old_lines);
  const PatchedText below = apply_hunks({hunk}, before);
  require(below.failed == nullptr, "a hunk is found a line below");
  require(below.text.size() ==
              before.size() + all_of(hunk.new_lines).size() - all_of(hunk.old_lines).size(),
          "it changes no other line");
}

std::string hunk_text(const PatchHunk& hunk) {
  std::string text = fmt::format("@@ -{},{} +1,{} @@\n", hunk.old_begin, hunk.old_lines.size(),
                                 hunk.new_lines.size());
  const auto add = [&](char sign, const std::string& line) {
    text += sign + line;
    if (!line.ends_with('\n')) text += "\n\\ No newline at end of file\n";
  };
  for (const std::string& line : hunk.old_lines) add('-', line);
  for (const std::string& line : hunk.new_lines) add('+', line);
  return text;
}

bool is_plain(const std::string& path) {
  return std::none_of(path.begin(), path.end(), [](char c) { return fuzz::is_control(c); }) &&
         path.find('"') == std::string::npos;
}

// Only for what says all in its names and hunks.
void require_round_trip(const FilePatch& file) {
  if (!is_plain(file.path.str()) || (file.renamed_from && !is_plain(file.renamed_from->str())))
    return;
  const SafeRelativePath& from = file.renamed_from ? *file.renamed_from : file.path;
  const bool is_new = file.kind == FilePatch::Kind::Create;
  const bool is_gone = file.kind == FilePatch::Kind::Delete;
  std::string text = fmt::format("--- {}\n+++ {}\n", is_new ? "/dev/null" : "a/" + from.str(),
                                 is_gone ? "/dev/null" : "b/" + file.path.str());
  for (const PatchHunk& hunk : file.hunks) text += hunk_text(hunk);
  const auto again = parse_patch(text, "again");
  require(again && again->size() == 1, "what is written is read");
  const FilePatch& read = again->front();
  require(read.kind == file.kind && read.path == file.path &&
              read.renamed_from == file.renamed_from && read.hunks.size() == file.hunks.size(),
          "what is written means the same");
  for (std::size_t i = 0; i < read.hunks.size(); ++i)
    require(read.hunks[i].old_lines == file.hunks[i].old_lines &&
                read.hunks[i].new_lines == file.hunks[i].new_lines &&
                read.hunks[i].old_begin == file.hunks[i].old_begin,
            "hunks mean the same");
}

void check(const FilePatch& file, std::string_view target) {
  const auto path = SafeRelativePath::parse(file.path.str());
  require(path && *path == file.path, "paths stay inside");
  require(!file.path.str().starts_with("node_modules/"), "other packages are left alone");
  for (const PatchHunk& hunk : file.hunks) require_fit(hunk);
  require_round_trip(file);
  const PatchedText patched = apply_hunks(file.hunks, target);
  if (patched.failed != nullptr) return;
  std::size_t size = target.size();
  for (const PatchHunk& hunk : file.hunks)
    size = size + all_of(hunk.new_lines).size() - all_of(hunk.old_lines).size();
  require(patched.text.size() == size, "lines that no hunk names stay");
}

}  // namespace
}  // namespace lpm::formats

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::formats;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view input = lpm::fuzz::text_of(data, size);
  const std::size_t nul = input.find('\0');
  const auto files = parse_patch(input.substr(0, nul), "f");
  if (!files) {
    require(files.error().where.starts_with("f:"), "an error names its place");
    return 0;
  }
  const std::string_view target = nul == std::string_view::npos ? "" : input.substr(nul + 1);
  for (const FilePatch& file : *files) check(file, target);
  return 0;
}
