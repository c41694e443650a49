// Rules that look at one program and its arguments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "security/programs.h"
#include "security/shell_text.h"
#include "security/triage.h"

namespace lpm::security {

// Everything red or worth a word about this program; empty when no rule knows it.
std::vector<Evidence> find_in_program(const Program& program);

// Targets of `>` and the like.
std::vector<Evidence> find_in_redirections(const std::vector<Redirection>& redirections);

// `npm`, `pnpm`, ... with a word that installs.
bool installs_packages(const Program& program);

// Programs that write what others sent: curl, wget, and `base64 -d` with its like.
bool is_downloader(const Program& program);

// Texts that this program gives to a shell: `sh -c TEXT`, `cmd /c WORDS`, `trap TEXT EXIT`.
std::vector<std::string> commands_given_by(const Program& program);

// The word whose content a shell runs: the text of `-c`, its script, what `source` reads.
const Word* script_word_of(const Program& program);

}  // namespace lpm::security
