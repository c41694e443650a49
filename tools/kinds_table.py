#!/usr/bin/env python3
"""Fills the table of dependency kinds in docs/sources.md from tests/cli/kinds: which case shows each kind found, not
found, malformed and offline, and with which codes lpm answers.

usage: kinds_table.py --write     fill
       kinds_table.py --check     fail when the table is out of date, or a kind lacks a case or one of its parts

A case's `steps` has its parts behind comments that begin with `# Found`, `# Not found`, `# Malformed`, `# Offline`.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/sources.md"
CASES = ROOT / "tests/cli/kinds"
BEGIN, END = "<!-- kinds -->", "<!-- end of kinds -->"
PARTS = ["Found", "Not found", "Malformed", "Offline"]
KINDS = {
    "range": "`^1.0.0`", "exact": "`1.0.0`", "dist-tag": "`next`", "alias": "`npm:a@^1.0.0`",
    "alias-below": "`npm:` of a published package", "jsr": "`jsr:^1.0.0`, `jsr:@scope/name@1`",
    "archive-url": "`https://host/a.tgz`", "archive-file": "`file:a.tgz`", "folder": "`file:lib`",
    "folder-copied": "`file:lib` with `install-links`", "portal": "`portal:lib`", "link": "`link:lib`",
    "patch": "`patch:a@npm%3A^1.0.0#a.patch`", "workspace": "`workspace:`", "catalog": "`catalog:` of package.json", "catalog-of-pnpm": "`catalog:` of pnpm-workspace.yaml",
    "git-https": "`git+https:`", "git-ssh": "`git+ssh:`", "git-shorthands": "`github:`, `gitlab:`, `bitbucket:`, `gist:`",
}


def commands_of(case):
    """(part, command, checked) of each command of a case; checked: that it left everything as it was."""
    commands, part, end = [], None, None
    for line in (case / "steps").read_text(encoding="utf-8").splitlines():
        if end is not None:
            end = None if line == end else end
            continue
        if match := re.search(r"<<(\w+)$", line):
            end = match.group(1)
        if line.startswith("# "):
            part = next((one for one in PARTS if line.removeprefix("# ").startswith(one)), part)
        elif line.startswith(("lpm ", "run ", "env ")):
            commands.append([part, line, False])
        elif line == "expect-unchanged .":
            commands[-1][2] = True
    return commands


def answers_of(case, commands):
    """(part, command, checked, status, codes), from the goldens."""
    statuses = [line.split(" ", 1)[0] for line in (case / "status").read_text(encoding="utf-8").splitlines()]
    errors = re.split(r"^\$ .*\n", (case / "stderr").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    if not len(statuses) == len(errors) == len(commands):
        return None
    return [(*command, status, re.findall(r"^code: LPM_(\w+)", error, re.MULTILINE))
            for command, status, error in zip(commands, statuses, errors)]


def cell(part, answers):
    codes = list(dict.fromkeys(code for one in answers if one[0] == part for code in one[4]))
    shown = ", ".join(f"`{code}`" for code in codes)
    if part == "Found":
        return "yes"
    if part == "Offline":
        return f"from the store, else {shown}" if codes else "yes"
    return shown


def row(kind, shown, problems):
    case, name = CASES / kind, f"tests/cli/kinds/{kind}"
    if not (case / "steps").exists():
        problems.append(f"{name}: there is no such case")
        return ""
    commands = commands_of(case)
    answers = answers_of(case, commands)
    if answers is None:
        problems.append(f"{name}: status or stderr does not have the commands of steps")
        return ""
    by_part = {part: [one for one in answers if one[0] == part and "lpm " in one[1]] for part in PARTS}
    for part, of_part in by_part.items():
        good = [one for one in of_part if one[3] == "0"]
        if not of_part:
            problems.append(f"{name}: no part `# {part}`")
        elif part in ("Not found", "Malformed") and good:
            problems.append(f"{name}: `{good[0][1]}` succeeds below `# {part}`")
        elif part in ("Found", "Offline") and not good:
            problems.append(f"{name}: nothing succeeds below `# {part}`")
        elif part == "Malformed" and not all(one[2] for one in of_part):
            problems.append(f"{name}: a command below `# Malformed` without `expect-unchanged .`")
    return f"| {shown} | " + " | ".join(cell(part, answers) for part in PARTS) + f" | `cli.kinds.{kind}` |"


def main():
    problems = []
    rows = [row(kind, shown, problems) for kind, shown in KINDS.items()]
    others = {path.name for path in CASES.iterdir() if path.is_dir()} - set(KINDS)
    problems += [f"tests/cli/kinds/{name}: not in tools/kinds_table.py" for name in sorted(others)]
    table = "\n".join(["| specifier | found | not found | malformed | offline | case |", "|---|---|---|---|---|---|", *rows])
    page = PAGE.read_text(encoding="utf-8")
    new = page.split(BEGIN)[0] + BEGIN + "\n" + table + "\n" + END + page.split(END)[1]
    if "--write" in sys.argv and not problems:
        PAGE.write_text(new, encoding="utf-8")
    elif new != page:
        problems.append("docs/sources.md: the table of kinds is out of date; run tools/kinds_table.py --write")
    for problem in problems:
        print(problem, file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
