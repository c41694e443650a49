#!/usr/bin/env python3
"""Labels of GoogleTest tests, from a comment on the line above the test:

    // labels: contract:C.1 slow
    TEST(Install, GivesUpAfterFourAttempts) {

Prints CMake lines for ctest (tests/gaps/CMakeLists.txt runs this when ctest starts). A test without `slow`, `long` or
`registry` is `fast`.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEST = re.compile(r"^// labels: (.+)\nTEST(?:_F|_P)?\((\w+),\s*(\w+)\)", re.MULTILINE)
NOT_FAST = {"slow", "long", "registry"}


def prefix_of(path):
    parts = path.relative_to(ROOT).parts  # src/<module>/... or tests/<group>/...
    return "cli.runner" if parts[:3] == ("tests", "cli", "runner") else parts[1]


def main():
    for path in sorted([*ROOT.glob("src/**/*_test.cpp"), *ROOT.glob("tests/**/*_test.cpp")]):
        text = path.read_text(encoding="utf-8")
        if len(re.findall(r"^// labels:", text, re.MULTILINE)) != len(TEST.findall(text)):
            print(f"{path}: a `// labels:` line that stands above no test", file=sys.stderr)
            return 1
        for labels, suite, name in TEST.findall(text):
            all_labels = labels.split()
            if not NOT_FAST & set(all_labels):
                all_labels.append("fast")
            limit = " TIMEOUT 1500" if "long" in all_labels else " TIMEOUT 300" if "slow" in all_labels else ""
            print(f'set_tests_properties({prefix_of(path)}.{suite}.{name} PROPERTIES LABELS "{";".join(all_labels)}"{limit})')
    return 0


if __name__ == "__main__":
    sys.exit(main())
