#!/usr/bin/env python3
"""Times of lpm in a generated workspace: members that depend on each other, and on nothing else.

usage: bench/workspace.py LPM [--members N] [--runs N]

Prints the median wall time in milliseconds of
  first    install without lockfile and node_modules
  no-op    install when nothing changed, at the root
  member   the same in a member's folder
  one      install after the version of one member changed
  frozen   install --frozen-lockfile without node_modules
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

DEPENDENCIES = 5  # of each member, on earlier ones


def write_manifest(folder, manifest):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps(manifest, indent=2) + "\n")


def member(i, version="1.0.0"):
    earlier = sorted({i // 2 ** step for step in range(1, DEPENDENCIES + 1)} - {0, i})
    specs = ["workspace:*", "^1.0.0"]
    return {"name": f"member-{i}", "version": version,
            "dependencies": {f"member-{other}": specs[other % 2] for other in earlier}}


def make(root, count):
    write_manifest(root, {"name": "root", "private": True, "workspaces": ["packages/*", "!packages/none"]})
    for i in range(1, count + 1):
        write_manifest(root / "packages" / f"member-{i}", member(i))


def remove_trees(root):
    for folder in [root, *(root / "packages").iterdir()]:
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
    shutil.rmtree(root / ".lpm", ignore_errors=True)


class Bench:
    def __init__(self, binary, root, home):
        self.binary, self.root = binary, root
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LPM_HOME": str(home / ".lpm"),
                            "npm_config_registry": "http://127.0.0.1:9/"}

    def install(self, *arguments, folder=None):
        start = time.monotonic()
        subprocess.run([self.binary, "install", *arguments], cwd=folder or self.root, env=self.environment,
                       check=True, stdout=subprocess.DEVNULL)
        return (time.monotonic() - start) * 1000

    def times(self, runs, prepare, *arguments, folder=None):
        times = []
        for run in range(runs):
            prepare(run)
            times.append(self.install(*arguments, folder=folder))
        return statistics.median(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lpm")
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lpm-workspace-") as folder:
        root, home = pathlib.Path(folder) / "project", pathlib.Path(folder) / "home"
        home.mkdir()
        make(root, options.members)
        bench = Bench(os.path.realpath(options.lpm), root, home)
        first_member = root / "packages" / "member-1"

        def from_scratch(_):
            remove_trees(root)
            (root / "lpm.lock").unlink(missing_ok=True)

        def nothing(_):
            pass

        few = max(options.runs // 3, 1)
        rows = [("first", bench.times(few, from_scratch))]
        time.sleep(0.05)  # files as young as this are looked into
        bench.install()
        rows.append(("no-op", bench.times(options.runs, nothing)))
        rows.append(("member", bench.times(options.runs, nothing, folder=first_member)))
        rows.append(("one", bench.times(
            options.runs, lambda run: write_manifest(first_member, member(1, f"1.0.{run + 1}")))))
        rows.append(("frozen", bench.times(few, lambda _: remove_trees(root), "--frozen-lockfile")))
        for name, milliseconds in rows:
            print(f"{name:8} {milliseconds:9.1f} ms")


if __name__ == "__main__":
    main()
