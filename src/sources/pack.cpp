// Which files of a folder belong to its package. npm documents the rules with `files` in
// package.json; where the documentation is silent, what `npm pack` does was tried out.
#include "sources/pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "os/files.h"
#include "sources/disk.h"
#include "sources/ignore_rules.h"

namespace lpm::sources {
namespace {

using formats::json::Value;

constexpr std::size_t kMostFiles = 100'000;  // as of an archive
constexpr std::size_t kDeepest = 100;        // folders in folders
constexpr std::uint64_t kMostBytes = 1ULL << 30;

// Never packed, wherever they are, whatever `files` says.
constexpr std::string_view kNever =
    ".npmignore\n.gitignore\n.git\n.svn\n.hg\nCVS\n.npmrc\nnpm-debug.log\n.*.swp\n.DS_Store\n._*\n"
    "*.orig\n/.lock-wscript\n/.wafpickle-*\n/build/config.gypi\n/archived-packages/**\n"
    "/node_modules\n/package-lock.json\n/yarn.lock\n/pnpm-lock.yaml\n/bun.lockb\n";
// Always packed, from the top of the package.
constexpr std::string_view kAlways[] = {"package.json", "readme{,.*[!~$]}", "copying{,.*[!~$]}",
                                        "license{,.*[!~$]}", "licence{,.*[!~$]}"};

class Packer {
 public:
  Packer(const std::string& folder, const PackFacts& facts) : folder_(folder), facts_(facts) {
    never_.add_lines(kNever, "");
    for (const std::string& pattern : facts.files) add_wanted(pattern);
  }

  Result<std::vector<PackedFile>> run() && {
    LPM_TRY(walk("", rules_, 0));
    std::sort(files_.begin(), files_.end(),
              [](const PackedFile& a, const PackedFile& b) { return a.path < b.path; });
    return std::move(files_);
  }

 private:
  struct Wanted {
    std::string pattern;
    bool negated;
  };

  void add_wanted(std::string_view written) {
    std::string pattern(written);
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.erase(0, 1);
    while (pattern.starts_with("./") || pattern.starts_with('/'))
      pattern.erase(0, pattern.find('/') + 1);
    while (pattern.ends_with('/')) pattern.pop_back();
    if (pattern.ends_with("/*")) pattern += '*';
    if (pattern.empty() || pattern == ".") pattern = "**";
    wanted_.push_back({std::move(pattern), negated});
  }

  // The file itself or a folder around it is named; the last pattern that matches decides.
  bool is_in_files(std::string_view path) const {
    for (auto wanted = wanted_.rbegin(); wanted != wanted_.rend(); ++wanted)
      for (std::string_view part = path; !part.empty();
           part = part.substr(0, part.find('/') == std::string_view::npos ? 0 : part.rfind('/')))
        if (glob_matches(wanted->pattern, part)) return !wanted->negated;
    return false;
  }

  bool is_required(std::string_view path) const {
    const auto is_it = [path](std::string_view pattern) { return glob_matches(pattern, path); };
    return std::any_of(std::begin(kAlways), std::end(kAlways), is_it) ||
           std::find(facts_.required.begin(), facts_.required.end(), path) != facts_.required.end();
  }
  bool holds_required(std::string_view folder) const {
    return std::any_of(facts_.required.begin(), facts_.required.end(), [&](const auto& path) {
      return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
    });
  }

  bool takes_file(const std::string& path, const IgnoreRules& rules) const {
    if (never_.judge(path, false) == IgnoreRules::Verdict::Ignored) return false;
    if (is_required(path)) return true;
    if (rules.judge(path, false) == IgnoreRules::Verdict::Ignored) return false;
    return !facts_.has_files || is_in_files(path);
  }

  bool enters(const std::string& path, const IgnoreRules& rules) const {
    if (never_.judge(path, true) == IgnoreRules::Verdict::Ignored) return false;
    if (holds_required(path) || rules.wants_below(path)) return true;
    return rules.judge(path, true) != IgnoreRules::Verdict::Ignored;
  }

  // `.npmignore` of a folder, or its `.gitignore`; at the top only when there is no `files`.
  Status read_rules(const std::string& path, IgnoreRules& rules) const {
    if (path.empty() && facts_.has_files) return {};
    for (const char* name : {".npmignore", ".gitignore"}) {
      const std::string file = absolute(path) + "/" + name;
      if (os::stamp_link(file).type != os::FileType::Regular) continue;
      LPM_TRY_ASSIGN(const std::string text, os::read_file(file));
      rules.add_lines(text, path);
      return {};
    }
    return {};
  }

  Status walk(const std::string& path, const IgnoreRules& above, std::size_t depth) {
    if (depth > kDeepest)
      return Error(ErrorCode::LIMIT, "the folders of a package are nested too deeply").at(folder_);
    IgnoreRules rules = above;
    LPM_TRY(read_rules(path, rules));
    LPM_TRY_ASSIGN(const std::vector<os::DirectoryEntry> entries,
                   os::list_directory(absolute(path)));
    for (const os::DirectoryEntry& entry : entries) {
      const std::string below = path.empty() ? entry.name : path + "/" + entry.name;
      const os::FileStamp stamp = os::stamp_link(absolute(below));
      if (stamp.type == os::FileType::Directory) {
        if (enters(below, rules)) LPM_TRY(walk(below, rules, depth + 1));
      } else if (stamp.type == os::FileType::Regular && takes_file(below, rules)) {
        if (files_.size() == kMostFiles)
          return Error(ErrorCode::LIMIT, "a package may not have so many files").at(folder_);
        files_.push_back({below, (stamp.mode & 0100) != 0});
      }
    }
    return {};
  }
  std::string absolute(const std::string& path) const {
    return path.empty() ? folder_ : folder_ + "/" + path;
  }

  const std::string& folder_;
  const PackFacts& facts_;
  IgnoreRules never_;
  IgnoreRules rules_;
  std::vector<Wanted> wanted_;
  std::vector<PackedFile> files_;
};

void add_required(PackFacts& facts, std::string_view path) {
  while (path.starts_with("./") || path.starts_with('/')) path.remove_prefix(path.find('/') + 1);
  if (!path.empty()) facts.required.emplace_back(path);
}

std::string text_at(const Value& root, std::string_view key) {
  return std::string(root.text_at(key).value_or(""));
}

}  // namespace

PackFacts pack_facts(std::string_view package_json) {
  PackFacts facts;
  const auto root = formats::json::parse(package_json, "package.json");
  if (!root || !root->is_object()) return facts;
  if (const Value* files = root->find("files"); files != nullptr && files->is_array()) {
    facts.has_files = true;
    for (const Value& item : files->items)
      if (item.is_string()) facts.files.push_back(item.string);
  }
  facts.main = text_at(*root, "main");
  add_required(facts, facts.main);
  add_required(facts, text_at(*root, "browser"));
  if (const Value* bin = root->find("bin")) {
    if (bin->is_string()) add_required(facts, bin->string);
    for (const auto& [command, path] : bin->members)
      if (path.is_string()) add_required(facts, path.string);
  }
  if (const Value* scripts = root->find("scripts"))
    facts.has_prepare = !text_at(*scripts, "prepare").empty();
  return facts;
}

Result<std::vector<PackedFile>> files_to_pack(const std::string& folder, const PackFacts& facts) {
  return Packer(folder, facts).run();
}

Result<PaddedBuffer> archive_of(const std::string& folder, const std::vector<PackedFile>& files) {
  formats::TarWriter writer;
  std::uint64_t total = 0;
  for (const PackedFile& file : files) {
    LPM_TRY_ASSIGN(const PaddedBuffer content, os::read_padded(folder + "/" + file.path));
    total += content.size();
    if (total > kMostBytes)
      return Error(ErrorCode::LIMIT, "the files of a package may not be so large").at(folder);
    writer.add_file("package/" + file.path, content.bytes(), file.executable);
  }
  return writer.take();
}

Result<Found> packed_folder(const Options& options, store::Store& store, std::string_view path) {
  const std::string folder = absolute_path(options, path);
  LPM_TRY_ASSIGN(std::optional<std::string> text,
                 os::read_file_if_exists(folder + "/package.json"));
  if (!text)
    return Error(ErrorCode::BAD_SOURCE, fmt::format("the folder `{}` has no package.json", path))
        .at(folder);
  LPM_TRY_ASSIGN(const std::vector<PackedFile> files, files_to_pack(folder, pack_facts(*text)));
  LPM_TRY_ASSIGN(const PaddedBuffer archive, archive_of(folder, files));
  LPM_TRY_ASSIGN(store::Entry entry,
                 store.import_files(archive.bytes(), crypto::sha512(archive.bytes()), {}));
  LPM_TRY_ASSIGN(Found found, found_in(std::move(entry), {}, path));
  found.source = {graph::SourceKind::Directory, locator_of(options, path)};
  return found;
}

}  // namespace lpm::sources
