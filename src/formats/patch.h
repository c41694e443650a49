// Patches as git and diff write them (unified format, https://git-scm.com/docs/diff-format), as far
// as texts go: changed, new, removed and renamed files, and the executable bit. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/tar.h"

namespace lpm::formats {

struct PatchHunk {
  std::uint32_t line = 0;       // in the patch
  std::uint32_t old_begin = 0;  // line of the file, from 1; 0 for a hunk that has no old lines
  std::vector<std::string> old_lines;  // with their line ends
  std::vector<std::string> new_lines;
};

struct FilePatch {
  enum class Kind : std::uint8_t { Change, Create, Delete };
  Kind kind = Kind::Change;
  SafeRelativePath path;                         // below the patched folder
  std::optional<SafeRelativePath> renamed_from;  // of a Change
  std::optional<bool> executable;
  std::vector<PatchHunk> hunks;
  std::uint32_t line = 0;  // in the patch
};

// The first component of each path (`a/`, `b/`) is left out. BAD_PATCH with file:line, also for
// binary files, for links and for paths that lead out of the folder.
Result<std::vector<FilePatch>> parse_patch(std::string_view text, std::string_view file_name);

// The text of the file after the hunks. A hunk is looked for where it says, else at the nearest
// place behind the one before it where all of its old lines stand. nullptr in `failed` means that
// each was found; else it is the first that was not, and the text is empty.
struct PatchedText {
  std::string text;
  const PatchHunk* failed = nullptr;
};
PatchedText apply_hunks(const std::vector<PatchHunk>& hunks, std::string_view text);

}  // namespace lpm::formats
