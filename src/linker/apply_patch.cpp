#include "linker/apply_patch.h"

#include <fmt/format.h>

#include "os/files.h"

namespace lpm::linker {
namespace {

using formats::FilePatch;

constexpr std::uint32_t kPlain = 0644;
constexpr std::uint32_t kExecutable = 0755;

class Patcher {
 public:
  Patcher(const std::string& folder, const std::string& package, const PatchFile& patch)
      : folder_(folder), package_(package), patch_(patch) {}

  Status run() {
    for (const FilePatch& file : patch_.changes) LPM_TRY(apply(file));
    return {};
  }

 private:
  std::string place_of(const formats::SafeRelativePath& path) const {
    return folder_ + "/" + path.str();
  }

  Error misfit(std::uint32_t line, std::string why) const {
    return Error(ErrorCode::BAD_PATCH,
                 fmt::format("`{}` does not fit `{}`: {}", patch_.name, package_, why))
        .at(fmt::format("{}:{}", patch_.name, line))
        .hint("make the patch anew for this version, or take it out of the project");
  }

  Status apply(const FilePatch& file) const {
    const std::string target = place_of(file.path);
    if (file.kind == FilePatch::Kind::Create) {
      if (os::stamp_link(target).type != os::FileType::Missing)
        return misfit(file.line, fmt::format("there is a `{}` already", file.path.str()));
      return write(target, formats::apply_hunks(file.hunks, "").text, mode_of(file, kPlain));
    }
    const formats::SafeRelativePath& from = file.renamed_from ? *file.renamed_from : file.path;
    const std::string source = place_of(from);
    const os::FileStamp stamp = os::stamp_link(source);
    if (stamp.type != os::FileType::Regular)
      return misfit(file.line, fmt::format("there is no `{}`", from.str()));
    LPM_TRY_ASSIGN(const std::string before, os::read_file(source));
    const formats::PatchedText after = formats::apply_hunks(file.hunks, before);
    if (after.failed != nullptr)
      return misfit(after.failed->line, fmt::format("`{}` has other lines there", from.str()));
    LPM_TRY(os::remove_file(source));
    if (file.kind == FilePatch::Kind::Delete) return {};
    return write(target, after.text, mode_of(file, stamp.mode));
  }

  static std::uint32_t mode_of(const FilePatch& file, std::uint32_t otherwise) {
    if (!file.executable) return otherwise;
    return *file.executable ? kExecutable : kPlain;
  }

  static Status write(const std::string& path, const std::string& text, std::uint32_t mode) {
    LPM_TRY(os::make_directories(path.substr(0, path.rfind('/'))));
    return os::write_file(path, text, mode);
  }

  const std::string& folder_;
  const std::string& package_;
  const PatchFile& patch_;
};

}  // namespace

Status apply_patch(const std::string& folder, const std::string& package,
                   const PackagePatch& patch) {
  for (const PatchFile* file : patch.files) LPM_TRY(Patcher(folder, package, *file).run());
  return {};
}

}  // namespace lpm::linker
