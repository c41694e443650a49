// Commands of lifecycle scripts, any bytes. Promises: every verdict has its reason, the worst
// first; appending a command never makes a verdict better, and a red command stays red behind
// another that can be parsed. Inputs: up to 4 KiB, read whole and as two commands at the first NUL
// byte.
#include <algorithm>
#include <string>

#include "fuzz.h"
#include "security/triage.h"

namespace lpm::security {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 4U << 10;

bool is_whole(const Verdict& verdict) {
  return std::none_of(verdict.evidence.begin(), verdict.evidence.end(), [](const Evidence& found) {
    return found.rule == "unparsed" || found.rule == "too-deep";
  });
}

bool is_empty(const Verdict& verdict) {
  return verdict.evidence.front().rule == "empty-command";
}

Verdict check(std::string_view command) {
  Verdict verdict = classify_command(command);
  require(!verdict.evidence.empty(), "a verdict has a reason");
  require(verdict.evidence.front().tier == verdict.tier, "the worst reason decides");
  for (const Evidence& found : verdict.evidence) {
    require(found.text.size() <= 200, "evidence is short");
  }
  return verdict;
}

void check_pair(std::string_view first, std::string_view second) {
  const Verdict before = check(first);
  const Verdict after = check(second);
  // Nothing is appended, or nothing was there.
  if (is_empty(before) || is_empty(after)) return;
  // Thirty-two reasons may crowd out the one that says so.
  if (!is_whole(before) || before.evidence.size() == 32) return;
  for (const char* glue : {" && ", " ; ", "\n"}) {
    const std::string both = std::string(first) + glue + std::string(second);
    const Tier tier = check(both).tier;
    require(tier >= before.tier, "appending makes nothing better");
    require(tier >= after.tier, "a command is as bad behind another");
  }
}

}  // namespace
}  // namespace lpm::security

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::security;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view text = lpm::fuzz::text_of(data, size);
  const std::size_t middle = std::min(text.find('\0'), text.size());
  check_pair(text.substr(0, middle), text.substr(std::min(middle + 1, text.size())));
  return 0;
}
