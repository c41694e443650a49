#!/usr/bin/env python3
"""Popular public packages, installed by lpm and by its peers from the same metadata.

usage: popular.py --lpm PROGRAM --peers FOLDER --store FOLDER [--port N] [--work FOLDER] [sets|resolve]...

sets      each of 20 packages as the only dependency: the tree is validated, and the set of name@version is compared with
          pnpm's, by rule (compare_sets.mjs); nothing may be left without a rule.
resolve   50 packages in groups of ten: exit status, and what `require.resolve` gives from every reachable package
          (resolve_map.mjs), are compared with npm's; an answer that differs needs a rule of compare_sets.mjs.
STORE is filled from the registry that npm is configured with (record.mjs), and used again.
"""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOTS = ["express", "webpack", "eslint", "jest", "vite", "next", "@nestjs/core", "svelte", "vue", "rollup",
         "@babel/preset-env", "prisma", "@aws-sdk/client-s3", "mongoose", "socket.io", "tailwindcss", "@mui/material",
         "typescript-eslint", "mocha", "gatsby-cli"]
GROUPS = [
    ["lodash", "chalk", "commander", "debug", "semver", "uuid", "glob", "minimatch", "yargs", "fs-extra"],
    ["react", "react-dom", "axios", "classnames", "prop-types", "redux", "react-redux", "react-router-dom", "styled-components",
     "formik"],
    ["webpack", "webpack-cli", "css-loader", "style-loader", "postcss", "autoprefixer", "sass", "terser", "babel-loader", "@babel/core"],
    ["express", "body-parser", "cors", "morgan", "helmet", "jsonwebtoken", "mongoose", "ws", "pg", "dotenv"],
    ["eslint", "prettier", "typescript", "jest", "mocha", "chai", "sinon", "nodemon", "rimraf", "husky"],
]


def environment(home, url):
    kept = {k: v for k, v in os.environ.items() if not k.lower().startswith(("npm_", "lpm", "xdg_", "pnpm_")) and k != "CI"}
    return {**kept, "HOME": str(home), "XDG_CACHE_HOME": f"{home}/.cache", "XDG_DATA_HOME": f"{home}/.local/share",
            "NO_COLOR": "1", "npm_config_registry": url}


class Place:
    """A tool's home, shared by its projects."""

    def __init__(self, work, name, command, url):
        self.folder, self.command = work / name, command
        self.home = self.folder / "home"
        self.home.mkdir(parents=True)
        (self.home / ".npmrc").write_text(f"registry={url}\n")
        self.environment = environment(self.home, url)

    def install(self, label, names, *flags):
        project = self.folder / re.sub(r"[^a-z0-9]+", "-", label).strip("-")
        project.mkdir()
        (project / "package.json").write_text(json.dumps(
            {"name": "popular", "version": "1.0.0", "private": True, "dependencies": {n: "*" for n in names}}, indent=2))
        ran = subprocess.run([*self.command, *flags], cwd=project, env=self.environment, stdin=subprocess.DEVNULL,
                             capture_output=True, text=True)
        return project, ran


def node(script, *arguments):
    return subprocess.run(["node", str(HERE / script), *map(str, arguments)], capture_output=True, text=True)


def compare_sets(ours, theirs, store):
    ran = node("compare_sets.mjs", ours, theirs, "--store", store, "--json")
    return json.loads(ran.stdout) if ran.stdout.startswith("{") else {"error": ran.stderr[-600:], "unclassified": 1}


def sets(ours, pnpm, store):
    failures, rules = 0, collections.Counter()
    for name in ROOTS:
        project, ran = ours.install(name, [name])
        other, their_run = pnpm.install(name, [name], "--lockfile-only")
        if ran.returncode or their_run.returncode:
            failures += 1
            print(f"{name}: lpm {ran.returncode}, pnpm {their_run.returncode}\n{ran.stderr[-400:]}{their_run.stdout[-400:]}")
            continue
        tree = node("validate.mjs", project)
        result = compare_sets(project, other / "pnpm-lock.yaml", store)
        failures += tree.returncode != 0 or bool(result["unclassified"])
        rules.update(result.get("byRule", {}))
        print(f"{name:22} {result.get('ours')} packages, pnpm {result.get('theirs')}; differ {result.get('byRule')}; "
              f"unclassified {result['unclassified']}; {tree.stdout.strip().splitlines()[-1] if tree.stdout else tree.stderr}", flush=True)
        if result["unclassified"]:
            for row in result.get("rows", []) + [e for e in result.get("edges", []) if e["rule"] == "unclassified"]:
                if row["rule"] == "unclassified":
                    print("  unclassified", json.dumps(row))
            print(" ", result.get("wrong"), result.get("error", ""))
    print(f"sets: {len(ROOTS)} packages, names that differ by rule {dict(rules)}, failures {failures}")
    return failures


def resolve(ours, npm, store):
    failures, counts = 0, collections.Counter()
    for number, group in enumerate(GROUPS):
        label = f"group-{number + 1}"
        project, ran = ours.install(label, group)
        other, their_run = npm.install(label, group)
        counts["groups"] += 1
        if bool(ran.returncode) != bool(their_run.returncode):
            failures += 1
            print(f"{label}: lpm {ran.returncode}, npm {their_run.returncode}\n{ran.stderr[-400:]}{their_run.stderr[-400:]}")
            continue
        mine, theirs = (json.loads(node("resolve_map.mjs", p).stdout) for p in (project, other))
        rules = {row["name"]: row["rule"] for row in compare_sets(project, other, store).get("rows", [])}
        same, by_rule, bad = 0, collections.Counter(), []
        for key in sorted(set(mine) & set(theirs)):
            if mine[key] == theirs[key]:
                same += 1
                continue
            names = {re.match(r"(@?[^@]+)@", answer).group(1) for answer in mine[key] + theirs[key] if "@" in answer[1:]}
            rule = next((rules[n] for n in names if rules.get(n, "unclassified") != "unclassified"), None)
            if rule:
                by_rule[rule] += 1
            else:
                bad.append((key, mine[key], theirs[key]))
        one_side = len(set(mine) ^ set(theirs))
        failures += len(bad)
        counts.update({"same": same, "one side only": one_side, "without a rule": len(bad), **by_rule})
        print(f"{label}: {same} answers the same, other by rule {dict(by_rule)}, without {len(bad)}, of packages that only one has {one_side}",
              flush=True)
        for key, a, b in bad[:20]:
            print(f"  {key}: lpm {a}, npm {b}")
    print(f"resolve: {dict(counts)}, failures {failures}")
    return failures


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("what", nargs="*", default=["sets", "resolve"])
    for name in ("--lpm", "--peers", "--store"):
        p.add_argument(name, required=True)
    p.add_argument("--port", default="5875")
    p.add_argument("--work")
    options = p.parse_args()
    work = Path(options.work or tempfile.mkdtemp(prefix="lpm-popular."))
    store = Path(options.store).resolve()
    store.mkdir(parents=True, exist_ok=True)
    upstream = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True, check=True).stdout.strip()
    recorder = subprocess.Popen(["node", str(HERE / "record.mjs"), str(store), options.port, upstream], stdout=subprocess.PIPE, text=True)
    recorder.stdout.readline()
    url = f"http://127.0.0.1:{options.port}/"
    begin, failures = time.perf_counter(), 0
    try:
        ours = Place(work, "lpm", [os.path.abspath(options.lpm), "install"], url)
        if "sets" in options.what:
            pnpm = Path(options.peers).resolve() / "pnpm/node_modules/@pnpm/exe.linux-x64/pnpm"
            failures += sets(ours, Place(work, "pnpm", [str(pnpm), "install", "--ignore-scripts", "--config.minimumReleaseAge=0"], url), store)
        if "resolve" in options.what:
            failures += resolve(ours, Place(work, "npm", ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"], url), store)
        print(f"{time.perf_counter() - begin:.0f} s")
    finally:
        recorder.terminate()
        recorder.wait()
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
