// For tests: validates a resolution against the documents it came from. Written apart from the
// resolver, shares no code with it beyond the parsers, and is slow where that keeps it simple.
#pragma once

#include <string>
#include <vector>

#include "resolver/resolver.h"
#include "resolver/test_universe.h"

namespace lpm::resolver::test {

// What is wrong, one sentence each; empty when all is well.
std::vector<std::string> check_solution(const Resolution& resolution,
                                        const std::vector<ImporterInput>& importers,
                                        const Universe& universe, const ResolveOptions& options);

}  // namespace lpm::resolver::test
