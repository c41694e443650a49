#include "ops/trust.h"

#include "security/security.h"

namespace lpm::ops {

ClassifiedCommand classify_script(std::string_view command) {
  const security::Verdict verdict = security::classify_command(command);
  ClassifiedCommand result{std::string(name_of(verdict.tier)), {}};
  for (const security::Evidence& found : verdict.evidence) {
    result.findings.push_back({std::string(found.rule), std::string(name_of(found.tier)),
                               found.text, std::string(found.why)});
  }
  return result;
}

}  // namespace lpm::ops
