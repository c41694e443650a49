#include <gtest/gtest.h>

#include "base/text.h"
#include "lockfile/lockfile.h"

namespace lpm::lockfile {
namespace {

// One branch moved `a` and added `c`, the other moved `a` further and `b` back.
constexpr std::string_view kConflict = R"(lockfile = 1

[importers."."]
<<<<<<< HEAD
dependencies.a = { spec = "^1.1.0", to = "1.1.0" }
dependencies.b = { spec = "^2.0.0", to = "2.0.0" }
dependencies.c = { spec = "*", to = "1.0.0" }
||||||| base
dependencies.a = { spec = "^1.0.0", to = "1.0.0" }
dependencies.b = { spec = "^2.0.0", to = "2.0.0" }
=======
dependencies.a = { spec = "^1.2.0", to = "1.2.0" }
dependencies.b = { spec = "^1.0.0", to = "1.0.0" }
>>>>>>> topic

<<<<<<< HEAD
[packages."a@1.1.0"]
dependencies.shared = "1.0.0"

[packages."b@2.0.0"]

[packages."c@1.0.0"]
=======
[packages."a@1.2.0"]
dependencies.shared = "1.0.0"

[packages."b@1.0.0"]
>>>>>>> topic

[packages."shared@1.0.0"]
)";

TEST(MergeConflict, UnitesBothSidesAndKeepsTheHigherVersion) {
  const Result<MergedLockfile> merged = merge_conflict(kConflict, "lpm.lock");
  ASSERT_TRUE(merged) << merged.error().what;
  EXPECT_EQ(write_lockfile(merged->lockfile), R"(lockfile = 1

[importers."."]
dependencies.a = { spec = "^1.2.0", to = "1.2.0" }
dependencies.b = { spec = "^2.0.0", to = "2.0.0" }
dependencies.c = { spec = "*", to = "1.0.0" }

[packages."a@1.1.0"]
dependencies.shared = "1.0.0"

[packages."a@1.2.0"]
dependencies.shared = "1.0.0"

[packages."b@1.0.0"]

[packages."b@2.0.0"]

[packages."c@1.0.0"]

[packages."shared@1.0.0"]
)");
  EXPECT_EQ(merged->notes,
            (std::vector<std::string>{"`a`: 1.2.0, not 1.1.0", "`b`: 2.0.0, not 1.0.0"}));
}

TEST(MergeConflict, NamesTheSideThatDoesNotParse) {
  const std::string text =
      replace_all(std::string(kConflict), "[packages.\"b@1.0.0\"]", "[packages.\"b\"]");
  const Result<MergedLockfile> merged = merge_conflict(text, "lpm.lock");
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().code, ErrorCode::BAD_LOCKFILE);
  EXPECT_EQ(merged.error().context,
            (std::vector<std::string>{"while reading their side of the merge"}));
}

TEST(MergeConflict, RefusesMarkersThatDoNotPair) {
  for (const std::string gone : {"<<<<<<< HEAD\n", ">>>>>>> topic\n", "=======\n"}) {
    std::string text(kConflict);
    text.erase(text.rfind(gone), gone.size());
    EXPECT_FALSE(merge_conflict(text, "lpm.lock")) << gone;
  }
  EXPECT_FALSE(merge_conflict("lockfile = 1\n", "lpm.lock"));
  EXPECT_FALSE(merge_conflict("", "lpm.lock"));
}

}  // namespace
}  // namespace lpm::lockfile
