#include "ops/install/up_to_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "base/text.h"
#include "ops/fingerprint.h"
#include "ops/version.h"
#include "os/files.h"
#include "os/process.h"

namespace lpm::ops::install {
namespace {

constexpr std::string_view kHeader = "lpm-install-hash 1";
// Files younger than this at the moment of writing may change again without a new mtime (clock
// granularity).
constexpr std::int64_t kRacyNanoseconds = 10'000'000;

std::string environment_fingerprint() {
  std::string text;
  for (const auto& [name, value] : os::current_environment()) {
    const bool counts = name == "HOME" || name == "NODE_ENV" || name.starts_with("npm_config_") ||
                        name.starts_with("NPM_CONFIG_") || name.starts_with("LPM_");
    if (counts) text.append(name).append("=").append(value).append("\n");
  }
  return fingerprint64(text);
}

std::string node_line() {
  const std::optional<std::string> path_list = os::environment_variable("PATH");
  const std::optional<std::string> node =
      path_list ? os::find_executable("node", *path_list) : std::nullopt;
  if (!node) return "0 0 0 -";
  const os::FileStamp stamp = os::stamp(*node);
  return fmt::format("{} {} {} {}", stamp.size, stamp.mtime_ns, stamp.inode, *node);
}

std::string store_line(const std::string& store) {
  const os::FileStamp stamp = os::stamp(store);
  return fmt::format("{} {} {}", stamp.inode, stamp.device, store);
}

bool counts_in_root(std::string_view name) {
  return !name.starts_with('.') || name == ".bin" || name == ".lpm";
}

// Which names of a folder count.
enum class Names : std::uint8_t { OfTree, OfFolders };

std::optional<std::string> listing_fingerprint(const std::string& folder, Names which) {
  const Result<std::vector<os::DirectoryEntry>> entries = os::list_directory(folder);
  if (!entries) return std::nullopt;
  const bool is_root = folder.ends_with("/node_modules");
  std::string names;
  for (const os::DirectoryEntry& entry : *entries) {
    const bool counts = which == Names::OfTree
                            ? !is_root || counts_in_root(entry.name)
                            : entry.type != os::FileType::Regular && entry.name != "node_modules";
    if (counts) names.append(entry.name).append("\n");
  }
  return fingerprint128(names);
}

Status add_folder(std::string& text, std::string_view key, const std::string& folder, Names which) {
  const os::FileStamp stamp = os::stamp(folder);
  const std::optional<std::string> listing = listing_fingerprint(folder, which);
  if (!listing) return Error(ErrorCode::IO, fmt::format("cannot list `{}`", folder)).at(folder);
  text += fmt::format("{} {} {} {} {}\n", key, stamp.mtime_ns, stamp.inode, *listing, folder);
  return {};
}

std::string file_line(const std::string& path, const os::FileStamp& stamp,
                      std::string_view fingerprint) {
  return fmt::format("file 1 {} {} {} {} {} {}\n", stamp.size, stamp.mtime_ns, stamp.ctime_ns,
                     stamp.inode, fingerprint, path);
}

std::string file_line(const std::string& path) {
  const os::FileStamp stamp = os::stamp(path);
  if (stamp.type == os::FileType::Missing) return fmt::format("file 0 0 0 0 0 - {}\n", path);
  const Result<std::string> content = os::read_file(path);
  return file_line(path, stamp, content ? fingerprint128(*content) : "-");
}

// Takes the text up to the next space; the rest stays in `line`.
std::string_view next_field(std::string_view& line) {
  const std::size_t end = line.find(' ');
  const std::string_view field = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  return field;
}

bool same_number(std::string_view field, std::int64_t value) {
  return field == std::to_string(value);
}

bool file_holds(std::string_view line, std::int64_t written) {
  const bool existed = next_field(line) == "1";
  const std::string_view size = next_field(line), mtime = next_field(line),
                         ctime = next_field(line);
  const std::string_view inode = next_field(line), hash = next_field(line);
  const std::string path(line);
  const os::FileStamp stamp = os::stamp(path);
  if (stamp.type == os::FileType::Missing) return !existed;
  if (!existed) return false;
  const bool same = same_number(mtime, stamp.mtime_ns) && same_number(ctime, stamp.ctime_ns) &&
                    size == std::to_string(stamp.size) && inode == std::to_string(stamp.inode);
  if (same && stamp.mtime_ns + kRacyNanoseconds < written) return true;
  const Result<std::string> content = os::read_file(path);
  return content && fingerprint128(*content) == hash;
}

bool folder_holds(std::string_view line, Names which) {
  const std::string_view mtime = next_field(line), inode = next_field(line),
                         hash = next_field(line);
  const std::string path(line);
  const os::FileStamp stamp = os::stamp(path);
  if (stamp.type != os::FileType::Directory || inode != std::to_string(stamp.inode)) return false;
  return same_number(mtime, stamp.mtime_ns) || listing_fingerprint(path, which) == hash;
}

bool line_holds(std::string_view line, std::string_view project, std::string_view arguments,
                std::int64_t& written, UpToDate& answer) {
  const std::string_view key = next_field(line);
  if (key == "file") return file_holds(line, written);
  if (key == "folder") return folder_holds(line, Names::OfTree);
  if (key == "searched") return folder_holds(line, Names::OfFolders);
  if (key == "tool") return line == version();
  if (key == "project") return line == project;
  if (key == "arguments") return line == arguments;
  if (key == "environment") return line == environment_fingerprint();
  if (key == "node") return line == node_line();
  if (key == "written") {
    written = static_cast<std::int64_t>(parse_decimal(line).value_or(0));
    return written != 0;
  }
  if (key == "packages") {
    answer.packages = parse_decimal(line).value_or(0);
    return true;
  }
  if (key == "store") {
    std::string_view rest = line;
    next_field(rest);
    next_field(rest);
    return line == store_line(std::string(rest));
  }
  return false;
}

struct Record {
  std::string project;
  std::string text;
};

// The record that speaks for the package in `folder`: its own, or that of the workspace above of
// which it is a member. Nothing when the long way must find out.
std::optional<Record> find_record(const std::string& folder) {
  if (Result<std::string> own = os::read_file(record_path(folder))) return Record{folder, *own};
  const std::string manifest = folder + "/package.json";
  if (!os::exists(manifest)) return std::nullopt;
  for (std::size_t slash = folder.rfind('/'); slash != 0 && slash != std::string::npos;
       slash = folder.rfind('/', slash - 1)) {
    const std::string above = folder.substr(0, slash);
    const Result<std::string> text = os::read_file(record_path(above));
    if (!text) continue;
    // Among the files there are those of members, and some that would make one: these are absent.
    if (text->find(" " + manifest + "\n") == std::string::npos) return std::nullopt;
    return Record{above, *text};
  }
  return std::nullopt;
}

std::optional<UpToDate> check_record(const Record& record,
                                     const std::vector<std::string>& arguments) {
  const std::optional<std::string_view> body = sealed_body(record.text);
  if (!body || os::exists(record.project + "/.lpm/journal")) return std::nullopt;
  const std::string wanted_arguments = join(arguments, " ");
  UpToDate answer;
  std::int64_t written = 0;
  bool first = true;
  for (std::string_view rest = *body; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (std::exchange(first, false)) {
      if (line != kHeader) return std::nullopt;
      continue;
    }
    if (!line_holds(line, record.project, wanted_arguments, written, answer)) return std::nullopt;
  }
  return answer;
}

// Flags that cannot change what is installed, and those that the record's arguments already hold.
bool is_harmless(std::string_view flag) {
  constexpr auto kHarmless =
      std::to_array<std::string_view>({"--json", "--silent", "-s", "--no-audit", "--no-fund",
                                       "--no-progress", "--prefer-offline", "--verbose"});
  return std::find(kHarmless.begin(), kHarmless.end(), flag) != kHarmless.end();
}

}  // namespace

std::string record_path(std::string_view project) {
  return std::string(project) + "/.lpm/install-hash";
}

Result<std::string> make_record(const RecordInputs& inputs) {
  std::string text = fmt::format(
      "{}\ntool {}\nproject {}\narguments {}\nenvironment {}\npackages {}\nwritten {}\n", kHeader,
      version(), inputs.project, join(inputs.arguments, " "), environment_fingerprint(),
      inputs.packages, unix_now());
  text += fmt::format("node {}\nstore {}\n", node_line(), store_line(inputs.store));
  for (const RecordInputs::KnownFile& file : inputs.known)
    text += file_line(file.path, file.stamp, fingerprint128(file.text));
  for (const std::string& file : inputs.files) text += file_line(file);
  for (const std::string& folder : inputs.folders)
    LPM_TRY(add_folder(text, "folder", folder, Names::OfTree));
  for (const std::string& folder : inputs.searched)
    LPM_TRY(add_folder(text, "searched", folder, Names::OfFolders));
  return seal(std::move(text));
}

Status write_record(std::string_view project, std::string_view record) {
  return os::write_file_atomic(record_path(project), record, os::Durability::None);
}

std::optional<UpToDate> check_record(std::string_view project,
                                     const std::vector<std::string>& arguments) {
  Result<std::string> text = os::read_file(record_path(project));
  if (!text) return std::nullopt;
  return check_record(Record{std::string(project), *std::move(text)}, arguments);
}

std::optional<QuickAnswer> quick_answer(int argc, char** argv) {
  if (argc < 2) return std::nullopt;
  const std::string_view command = argv[1];
  if (command != "install" && command != "i") return std::nullopt;
  QuickAnswer answer;
  std::vector<std::string> shaping;
  for (int i = 2; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with('-')) return std::nullopt;
    if (argument == "--json") answer.json = true;
    if (argument == "--silent" || argument == "-s") answer.silent = true;
    if (argument == "--frozen-lockfile" || is_harmless(argument)) continue;
    shaping.emplace_back(argument);
  }
  const std::optional<Record> record = find_record(os::current_directory());
  const std::optional<UpToDate> state = record ? check_record(*record, shaping) : std::nullopt;
  if (!state) return std::nullopt;
  answer.packages = state->packages;
  return answer;
}

}  // namespace lpm::ops::install
