// Compatibility tables: a test a row (docs/compatibility.md).
#include <gtest/gtest.h>

#include "table.h"

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  lpm::compat::register_verbs();
  lpm::compat::register_settings();
  return RUN_ALL_TESTS();
}
