#!/usr/bin/env python3
"""Real install scripts in the sandbox: what they build must be there and work.

usage: sandbox_builds.py --tool build/dev/tests/sandbox/sandbox_test [--level full|contained]

Packages come from the registry that npm is configured with, without their scripts. Exit status 77: no npm, compiler or
headers of Node here.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

# Package, its version, event, script, and a program that needs what was built.
BUILDS = [
    ("esbuild", "0.21.5", "postinstall", "node install.js",
     "require('esbuild').transform('let a: number = 1', {loader: 'ts'}).then(r => console.log(r.code.trim()))", "let a = 1;"),
    ("sharp", "0.33.5", "install", "node install/check",
     "require('sharp')({create: {width: 4, height: 4, channels: 3, background: 'red'}}).png().toBuffer()"
     ".then(b => console.log(b.length > 20))", "true"),
    ("bufferutil", "4.0.9", "install", "node-gyp rebuild",
     "require('fs').accessSync('node_modules/bufferutil/build/Release/bufferutil.node');"
     "const b = Buffer.from([1, 2]); require('bufferutil').unmask(b, Buffer.from([1, 1, 1, 1])); console.log(b[1])", "3"),
    ("better-sqlite3", "11.10.0", "install", "node-gyp rebuild --release",
     "require('fs').accessSync('node_modules/better-sqlite3/build/Release/better_sqlite3.node');"
     "console.log(new (require('better-sqlite3'))(':memory:').prepare('select 6*7 as a').get().a)", "42"),
]


def has_tools():
    return all(shutil.which(tool) for tool in ["npm", "node", "make", "g++", "python3"]) and \
        pathlib.Path("/usr/include/node/node.h").exists()


def build(tool, level, project, package, event, script):
    folder = project / "node_modules" / package
    shutil.rmtree(folder / "build", ignore_errors=True)
    command = [tool, "run", "--level", level, "--package", str(folder), "--readable", str(project / "node_modules"), event, script]
    started = time.monotonic()
    ran = subprocess.run(command, capture_output=True, text=True, timeout=3000)
    return ran, time.monotonic() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--level", choices=["full", "contained"], action="append")
    options = parser.parse_args()
    if not has_tools():
        return 77
    failures = 0
    with tempfile.TemporaryDirectory(prefix="lpm-builds-") as place:
        project = pathlib.Path(place).resolve()
        (project / "package.json").write_text("{}\n")
        names = [f"{name}@{version}" for name, version, *_ in BUILDS]
        subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *names], cwd=project, check=True,
                       stdout=subprocess.DEVNULL)
        for level in options.level or ["full", "contained"]:
            for name, version, event, script, program, expected in BUILDS:
                ran, seconds = build(options.tool, level, project, name, event, script)
                used = subprocess.run(["node", "-e", program], cwd=project, capture_output=True, text=True)
                ok = ran.returncode == 0 and used.stdout.strip() == expected
                refused = [line for line in ran.stderr.splitlines() if line.startswith(("refused:", "limit:"))]
                print(f"{level} {name}@{version}: {'ok' if ok else 'FAILED'} in {seconds:.1f} s {' '.join(refused)}", flush=True)
                if not ok:
                    failures += 1
                    print(ran.stdout[-2000:], ran.stderr[-3000:], used.stdout[-500:], used.stderr[-1500:], sep="\n", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
