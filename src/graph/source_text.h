// The texts by which packages are asked for that no registry has: specifiers in
// one form, paths relative to the lockfile. `file:packages/a`, `link:../a`, `portal:../a`,
// `https://host.example/a.tgz`, `git+https://host.example/a.git#main::path:packages/a`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "manifest/manifest.h"

namespace lpm::graph {

// Of a file:, link:, portal:, tarball or git specifier; paths stay relative to the dependent.
// Nothing for other kinds.
std::optional<std::string> source_text(const manifest::SpecKind& kind);

// Whether the text is a path, and so means something else in each folder.
bool is_path_text(std::string_view source_text);
// A path's text as seen from the lockfile, for a dependent in the folder `base` ("." or "" is the
// root).
std::string rebased(std::string_view source_text, std::string_view base);

// The text that asks for exactly this package again; nothing for the registry's and workspaces'.
std::optional<std::string> text_of(const Source& source);

// Does one of the patterns stand for the text? `*` stands for anything.
bool matches_a_pattern(std::string_view source_text, const std::vector<std::string>& patterns);

// The pattern for one source, whatever its commit; without a password.
std::string pattern_for(std::string_view source_text);

// Does a request's text, whose branch or tag may have moved, mean the repository and folder of a
// locked package?
bool is_same_repository(std::string_view source_text, const Source& locked);

}  // namespace lpm::graph
