#!/usr/bin/env python3
"""Checks that the modules of src/ include only what src/layers.txt allows.

usage: check_layers.py            report every forbidden include and every include cycle
       check_layers.py --write    also renew the layer table in docs/architecture.md
       check_layers.py --check    also fail when that table is out of date (CI)
       check_layers.py --self-test

Rules: a module includes itself and the modules on its line of layers.txt. Of another module it includes
public headers only: `<module>/<module>.h`, those named on `public` lines, and any header of a toolbox.
A header may not include itself through others.
"""
import argparse
import pathlib
import re
import sys
import tempfile

TOOLBOXES = {"base", "report", "os"}
# Modules whose public header is not <module>.h have no page comment of their own.
SUMMARIES = {
    "base": "results and errors with their codes, text, bytes, secrets, clock, worker pool",
    "report": "what happens, told to whoever shows it: progress, messages, questions",
    "ops": "the use cases, one file or folder each; the only place where the modules below meet",
}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.MULTILINE)
BEGIN, END = "<!-- layers:begin -->", "<!-- layers:end -->"
NEW_PAGE = f"# Architecture\n\n## Layers\n\n{BEGIN}\n{END}\n"


class Layers:
    """src/layers.txt: the layer of each module, what it may include, and the public headers."""

    def __init__(self, text):
        self.layer, self.allowed, self.public, self.problems = {}, {}, set(), []
        for number, line in enumerate(text.splitlines(), 1):
            words = line.split("#")[0].split()
            if not words:
                continue
            if words[0] == "public":
                self.public.update(words[1:])
            elif words[0].isdigit() and len(words) > 1:
                self.layer[words[1]] = int(words[0])
                self.allowed[words[1]] = words[2:]
            else:
                self.problems.append(f"src/layers.txt:{number}: not understood: {line}")
        for module, others in self.allowed.items():
            for other in others:
                if other not in self.layer:
                    self.problems.append(f"src/layers.txt: {module} may include {other}, which is no module")
                elif self.layer[other] >= self.layer[module]:
                    self.problems.append(f"src/layers.txt: {module} (layer {self.layer[module]}) may not use "
                                         f"{other} (layer {self.layer[other]}): only lower layers")

    def is_public(self, header):
        module = header.split("/")[0]
        return module in TOOLBOXES or header == f"{module}/{module}.h" or header in self.public


def read_includes(root):
    """Path below src/ -> [(line, included path)] for every source file."""
    includes = {}
    for path in sorted((root / "src").rglob("*")):
        if path.suffix in {".h", ".cpp", ".def"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            includes[path.relative_to(root / "src").as_posix()] = [
                (text.count("\n", 0, match.start()) + 1, match.group(1)) for match in INCLUDE.finditer(text)]
    return includes


def include_problems(layers, includes):
    problems = []
    for path, lines in includes.items():
        module = path.split("/")[0]
        if module not in layers.layer:
            problems.append(f"src/{path}: {module} is not in src/layers.txt")
            continue
        for line, target in lines:
            other = target.split("/")[0]
            place = f"src/{path}:{line}"
            if "/" not in target or other not in layers.layer:
                if not target.startswith("support/"):
                    problems.append(f'{place}: "{target}" names no module; write the path below src/')
            elif target not in includes and not target.startswith("third_party/"):
                problems.append(f'{place}: "{target}" does not exist')
            elif other == module:
                continue
            elif other not in layers.allowed[module]:
                problems.append(f"{place}: {module} may not include {other}")
            elif not layers.is_public(target):
                problems.append(f'{place}: "{target}" is a private header of {other}')
    return problems


def cycle_problems(includes):
    """Depth-first walk; a header met again on the current path closes a cycle."""
    problems, done = [], set()

    def visit(path, trail):
        if path in trail:
            problems.append("include cycle: " + " -> ".join(trail[trail.index(path):] + [path]))
            return
        if path in done or path not in includes:
            return
        for _, target in includes[path]:
            visit(target, trail + [path])
        done.add(path)

    for path in includes:
        visit(path, [])
    return problems


def summary_of(root, module):
    """What the module's page (top comment of its public header) says it is: its first sentence."""
    header = root / "src" / module / f"{module}.h"
    if not header.exists():
        return SUMMARIES.get(module, "")
    comment = []
    for line in header.read_text(encoding="utf-8").splitlines():
        if not line.startswith("//"):
            break
        comment.append(line[2:].strip())
    text = re.sub(rf"^{module}: ", "", " ".join(comment))
    return re.split(r"(?<=[a-z)])\.(?:\s|$)", text)[0].replace("|", "\\|").replace("<", "&lt;")


def layer_table(root, layers):
    rows = ["| layer | module | what it is | may include |", "|---|---|---|---|"]
    for module, layer in sorted(layers.layer.items(), key=lambda item: (item[1], list(layers.layer).index(item[0]))):
        allowed = " ".join(layers.allowed[module]) or "nothing"
        rows.append(f"| {layer} | `{module}` | {summary_of(root, module)} | {allowed} |")
    return "\n".join(rows)


def page_with_table(page, table):
    if BEGIN not in page or END not in page:
        page += f"\n{BEGIN}\n{END}\n"
    head, rest = page.split(BEGIN, 1)
    return f"{head}{BEGIN}\n{table}\n{END}{rest.split(END, 1)[1]}"


def check(root):
    layers = Layers((root / "src/layers.txt").read_text(encoding="utf-8"))
    includes = read_includes(root)
    return layers, layers.problems + include_problems(layers, includes) + cycle_problems(includes)


def self_test():
    """Plants each kind of violation in a small tree and expects exactly its message."""
    layers = "0 base\n1 left base\n1 right base\n2 top base left right\npublic right/extra.h\n"
    clean = {
        "base/text.h": "", "left/left.h": '#include "base/text.h"\n', "left/secret.h": "",
        "left/left.cpp": '#include "left/secret.h"\n#include <vector>\n',
        "right/right.h": "", "right/extra.h": "", "top/top.h": '#include "left/left.h"\n#include "right/extra.h"\n',
    }
    planted = [
        ("sideways", "left/bad.cpp", '#include "right/right.h"\n', "left may not include right"),
        ("upwards", "base/bad.cpp", '\n#include "top/top.h"\n', "src/base/bad.cpp:2: base may not include top"),
        ("private", "top/bad.cpp", '#include "left/secret.h"\n', "is a private header of left"),
        ("cycle", "left/secret.h", '#include "left/round.h"\n', "include cycle"),
        ("unknown module", "stray/bad.cpp", "", "stray is not in src/layers.txt"),
        ("no path", "left/bad.cpp", '#include "secret.h"\n', "names no module"),
        ("missing", "left/bad.cpp", '#include "left/gone.h"\n', "does not exist"),
        ("layer order", "layers.txt", layers.replace("1 left base", "1 left base right"), "only lower layers"),
    ]

    def run(changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {"layers.txt": layers, **clean, **changes}.items():
                path = root / "src" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check(root)[1]

    failures = [f"a clean tree is refused: {p}" for p in run({})]
    for name, path, text, expected in planted:
        changes = {path: text}
        if name == "cycle":
            changes["left/round.h"] = '#include "left/secret.h"\n'
        problems = run(changes)
        if len(problems) != 1 or expected not in problems[0]:
            failures.append(f"{name}: expected one line with '{expected}', got {problems}")
    page = page_with_table(NEW_PAGE + "after\n", "| a |")
    if page_with_table(page, "| a |") != page or not page.endswith("after\n"):
        failures.append("writing the table twice changes the page")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent, type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        problems = self_test()
    else:
        layers, problems = check(options.root)
        page_path = options.root / "docs/architecture.md"
        page = page_path.read_text(encoding="utf-8") if page_path.exists() else NEW_PAGE
        renewed = page_with_table(page, layer_table(options.root, layers))
        if options.write:
            page_path.parent.mkdir(exist_ok=True)
            page_path.write_text(renewed, encoding="utf-8")
        elif options.check and (renewed != page or not page_path.exists()):
            problems.append("docs/architecture.md: the layer table is out of date; run tools/check_layers.py --write")
    for problem in problems:
        print(problem)
    print(f"check_layers: {len(problems)} problem(s)" if problems else "check_layers: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
