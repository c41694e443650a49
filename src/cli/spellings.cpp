#include "cli/spellings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lpm::cli {
namespace {

constexpr auto kSpellings = std::to_array<Spelling>({
    {"get", "config", "get"},
    {"rum", "run"},
    {"set", "config", "set"},
    {"hlep", "help"},
    {"innit", "init"},
    {"ins", "install"},
    {"inst", "install"},
    {"insta", "install"},
    {"instal", "install"},
    {"isnt", "install"},
    {"isnta", "install"},
    {"isntal", "install"},
    {"isntall", "install"},
    {"isntall-clean", "ci"},
    {"la", "list", "", "--long"},
    {"ll", "list", "", "--long"},
    {"t", "test"},
    {"tst", "test"},
    {"udpate", "update"},
    {"urn", "run"},
    {"verison", "version"},
});

struct OtherCommand {
  std::string_view names;  // with blanks between them
  std::string_view hint;
};

constexpr auto kOtherCommands = std::to_array<OtherCommand>({
    {"access org ogr owner author team profile token trust",
     "accounts and rights are kept by the registry: `npm {}` asks it"},
    {"adduser add-user login logout whoami",
     "a token goes into ~/.npmrc: `//HOST/:_authToken=${TOKEN}`; `npm {}` manages it"},
    {"approve-scripts approve-builds deny-scripts install-scripts ignored-builds trust-scripts "
     "untrusted default-trusted",
     "install scripts of packages do not run; `lpm install` names the packages that have some"},
    {"audit", "`npm audit` reads package-lock.json; `lpm outdated` shows what could be newer"},
    {"build bundle", "`lpm run {}` runs the script of package.json"},
    {"cat-file cat-index find-hash server",
     "`lpm store status` and `lpm cache status` show what is kept"},
    {"clean purge", "`lpm ci` installs from scratch; `lpm store gc` removes what no project needs"},
    {"create", "`npm create NAME` runs the package `create-NAME`"},
    {"dlx", "`npx NAME` runs a package that is not installed; `lpm exec NAME` one that is"},
    {"deploy", "`lpm install --prod` in the member leaves devDependencies out"},
    {"deprecate undeprecate dist-tag dist-tags publish unpublish stage star stars unstar npm",
     "`npm {}` changes what the registry has"},
    {"explore", "the files of a package that package.json names are in node_modules/NAME"},
    {"diff edit", "`lpm list NAME` and `lpm view NAME` show what is installed and published"},
    {"doctor check constraints",
     "`lpm store verify` checks the store, `lpm ci` makes node_modules anew"},
    {"env runtime use node", "lpm runs with the `node` that is first on PATH"},
    {"fetch", "`lpm ci` fetches and installs what lpm.lock says"},
    {"shrinkwrap",
     "`lpm export --format package-lock --output npm-shrinkwrap.json` writes that file; lpm keeps "
     "lpm.lock"},
    {"generate-lock-entry autoclean policies",
     "`lpm install` writes lpm.lock; there is nothing more to do"},
    {"help-search", "`lpm help` lists the commands"},
    {"install-test it", "`lpm install && lpm test`"},
    {"install-ci-test cit clean-install-test sit", "`lpm ci && lpm test`"},
    {"licenses", "`lpm view NAME license` says it of one package"},
    {"sbom query", "`lpm list --depth 99 --json` is the whole tree for programs"},
    {"link ln", "`lpm install ../FOLDER` links a folder"},
    {"pack", "`npm pack` makes the archive"},
    {"patch patch-commit patch-remove patch-package",
     "`git diff` makes the patch, and `patchedDependencies` of package.json names it; see "
     "docs/patches.md"},
    {"set-script", "`lpm pkg set` changes package.json"},
    {"plugin", "lpm has no plugins"},
    {"pm", "what `bun pm` does: `lpm list`, `lpm cache`, `lpm migrate`, `lpm version`"},
    {"rebuild rb", "`lpm install --force` compares every file with the store"},
    {"search s se find", "`lpm view NAME` shows one package; `npm search` asks for more"},
    {"self-update upgrade-interactive setup",
     "`lpm update -i` chooses updates; lpm itself is updated as it was installed"},
    {"workspace workspaces foreach",
     "`lpm run -r SCRIPT`, `--filter` and `--workspace` choose members"},
});

bool names(const OtherCommand& command, std::string_view name) {
  std::string_view rest = command.names;
  while (!rest.empty()) {
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, blank) == name) return true;
    rest.remove_prefix(std::min(blank + 1, rest.size()));
  }
  return false;
}

}  // namespace

const Spelling* find_spelling(std::string_view written) {
  const auto found =
      std::find_if(kSpellings.begin(), kSpellings.end(),
                   [&](const Spelling& spelling) { return spelling.written == written; });
  return found == kSpellings.end() ? nullptr : &*found;
}

std::optional<Error> command_of_another_tool(std::string_view name) {
  const auto found =
      std::find_if(kOtherCommands.begin(), kOtherCommands.end(),
                   [&](const OtherCommand& command) { return names(command, name); });
  if (found == kOtherCommands.end()) return std::nullopt;
  std::string hint(found->hint);
  if (const std::size_t at = hint.find("{}"); at != std::string::npos) hint.replace(at, 2, name);
  return Error(ErrorCode::UNKNOWN_COMMAND, fmt::format("lpm has no `{}`", name)).hint(hint);
}

}  // namespace lpm::cli
