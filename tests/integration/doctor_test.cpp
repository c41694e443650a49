// doctor: says what is there, without a credential, and fails when something is missing.
#include "integration/support.h"

namespace lpm::integration {
namespace {

TEST(Doctor, SaysWhatTheMachineHas) {
  Workplace place;
  place.project.write(
      ".npmrc", "registry=" + place.registry.url() + "\n//127.0.0.1/:_authToken=hidden-token\n");
  const Ran ran = place.project.lpm({"doctor"});
  for (const char* part : {"sandbox    ", "Landlock: ", "seccomp: ", "namespaces: ", "store      ",
                           "node       ", "registry   http://127.0.0.1:"})
    EXPECT_THAT(ran.out, HasSubstr(part)) << ran;
  EXPECT_THAT(ran.out, Not(HasSubstr("hidden-token")));
  const JsonValue document =
      JsonValue::parse(place.project.lpm({"doctor", "--json"}).out, "doctor --json");
  EXPECT_EQ(document.at("sandbox").at("layers").items().size(), 3U);
  EXPECT_EQ(document.at("success").is_true(), ran.status == 0) << ran;
}

TEST(Doctor, FailsWithoutNode) {
  const Workplace place;
  const Ran ran = place.project.lpm({"doctor"}, {.environment = {{"PATH", "/nowhere"}}});
  EXPECT_EQ(ran.status, 1) << ran;
  EXPECT_THAT(ran.out, HasSubstr("problem: there is no `node` on PATH")) << ran;
}

}  // namespace
}  // namespace lpm::integration
