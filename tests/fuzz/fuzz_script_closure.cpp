// Packages with lifecycle scripts, any bytes: the texts between NULs are package.json, install.js
// and x.js, binding.gyp and x.sh; without a NUL all is the JavaScript of a package that runs it.
// Promises: a report is at least as bad as each of its parts; places are in the files; the same
// files give the same report; a package whose file holds a call that starts a program is not green.
// Inputs: up to 8 KiB.
#include <algorithm>
#include <map>
#include <string>

#include "fuzz.h"
#include "security/script_closure.h"

namespace lpm::security {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 8U << 10;

class Files final : public PackageFiles {
 public:
  explicit Files(std::map<std::string, std::string, std::less<>> files)
      : files_(std::move(files)) {}
  std::optional<std::string> file(std::string_view path) const override {
    const auto found = files_.find(path);
    if (found == files_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<std::string, std::string, std::less<>> files_;
};

void check(const Files& files) {
  const ScriptReport report = analyse_scripts(files);
  for (const ScriptCommand& command : report.commands)
    require(report.tier >= command.text.tier, "a package is as bad as its commands");
  for (const Capability& one : report.capabilities) {
    require(report.tier >= one.tier, "a package is as bad as what its files can do");
    const auto text = files.file(one.path);
    const auto lines = text ? 1 + std::count(text->begin(), text->end(), '\n') : 0;
    require(!text || one.line <= lines, "places are in the files");
  }
  require(std::is_sorted(report.files.begin(), report.files.end(),
                         [](const auto& a, const auto& b) { return a.path < b.path; }),
          "files are in order");
  require(analyse_scripts(files).closure_hash == report.closure_hash, "equal files, equal hashes");
}

}  // namespace
}  // namespace lpm::security

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::security;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view input = lpm::fuzz::text_of(data, size);
  const std::size_t nul = input.find('\0');
  const bool has_manifest = nul != std::string_view::npos;
  const std::string manifest(
      has_manifest ? input.substr(0, nul)
                   : R"({"name": "a", "version": "1.0.0", "scripts": {"install": "node x.js"}})");
  const std::string_view rest = has_manifest ? input.substr(nul + 1) : input;
  const std::size_t end = has_manifest ? rest.find('\0') : std::string_view::npos;
  const std::string code(rest.substr(0, end));
  std::map<std::string, std::string, std::less<>> files = {
      {"package.json", manifest}, {"x.js", code}, {"install.js", code}};
  if (end != std::string_view::npos)
    files["binding.gyp"] = files["x.sh"] = std::string(rest.substr(end + 1));
  check(Files(std::move(files)));
  if (has_manifest) return 0;
  // As far as the text before can be told from it.
  const std::string started = "require('child_process').exec('x');\n" + code;
  const ScriptReport report =
      analyse_scripts(Files({{"package.json", manifest}, {"x.js", started}}));
  require(report.tier != Tier::Green, "what starts a program is not green");
  return 0;
}
