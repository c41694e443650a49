#!/usr/bin/env python3
"""Fills the column of tests in docs/contracts.md from ctest's labels `contract:X.N`.

usage: contract_table.py [--build build/dev] --write     fill
       contract_table.py [--build build/dev] --check     fail when a row is out of date or a label names no row (CI)
       contract_table.py --check-form                    look at the page alone: every row well formed, no number twice
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/contracts.md"
ROW = re.compile(r"^\| ([A-K]\.\d+) \| ([WFRP]? ?\| .*) \| ([^|]*) \|$")
ROW_START = re.compile(r"^\| [A-K]\.")


def labelled_tests(build):
    listing = subprocess.run(["ctest", "--test-dir", str(build), "--show-only=json-v1"], capture_output=True, text=True,
                             check=True).stdout
    tests = {}
    for test in json.loads(listing[listing.index("{"):])["tests"]:
        labels = next((p["value"] for p in test.get("properties", []) if p["name"] == "LABELS"), [])
        for label in labels:
            if label.startswith("contract:"):
                tests.setdefault(label.removeprefix("contract:"), []).append(test["name"])
    return tests


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=ROOT / "build/dev")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--check-form", action="store_true")
    options = parser.parse_args()
    tests = {} if options.check_form else labelled_tests(options.build)

    problems, numbers, lines = [], [], []
    old = PAGE.read_text(encoding="utf-8")
    for line in old.splitlines():
        match = ROW.match(line)
        if ROW_START.match(line) and not match:
            problems.append(f"docs/contracts.md: not a row: {line[:60]}")
        if match:
            numbers.append(match.group(1))
            names = ", ".join(f"`{name}`" for name in sorted(tests.get(match.group(1), [])))
            line = f"| {match.group(1)} | {match.group(2)} | {names} |"
        lines.append(line)
    problems += [f"docs/contracts.md: {n} stands twice" for n in sorted(set(numbers)) if numbers.count(n) > 1]
    problems += [f"label contract:{n} of {tests[n][0]} names no row" for n in sorted(set(tests) - set(numbers))]
    new = "\n".join(lines) + "\n"
    if options.write and not problems:
        PAGE.write_text(new, encoding="utf-8")
        print(f"contracts: {len([n for n in numbers if n in tests])} of {len(numbers)} carried by tests")
    elif options.check and new != old:
        problems.append("docs/contracts.md: the column of tests is out of date; run tools/contract_table.py --write")
    for problem in problems:
        print(problem)
    if not problems and not options.write:
        print("contracts: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
