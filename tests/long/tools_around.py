#!/usr/bin/env python3
"""What tools that call a package manager decide when lpm calls them: each is installed by lpm from the registry and run by
`lpm exec` or `lpm run`; what it decided, and whether the project is whole after that, is looked at.

usage: tools_around.py --lpm FILE [--only TEXT] [--keep FOLDER] [--write-table]

Needs node and npm on PATH. Exit status 77: no npm, or the registry does not answer.
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile

from migrate_round_trips import Problem, SKIPPED, WAYS_OUT, last_lines, npm_setting, run

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/tools-around.md"
BEGIN, END = "<!-- seen -->", "<!-- end of seen -->"
VERSIONS = {"create-vite": "9.3.0", "create-next-app": "16.4.3", "storybook": "10.6.7", "nx": "24.0.6", "turbo": "2.11.11",
            "app-builder-lib": "26.17.0"}
ALSO = {"lpm": {"lockfileAlso": ["package-lock"]}}

STORYBOOK_PROBE = """
import { JsPackageManagerFactory } from "storybook/internal/common";
const manager = JsPackageManagerFactory.getPackageManager();
console.log(JSON.stringify([JsPackageManagerFactory.getPackageManagerType(), manager.getInstallCommand(["x"], true),
                            await manager.getInstalledVersion("storybook")]));
"""
NX_PROBE = """
const { detectPackageManager, getPackageManagerCommand, getPackageManagerVersion } = require("nx/src/utils/package-manager");
const name = detectPackageManager(process.cwd());
console.log(JSON.stringify([name, getPackageManagerVersion(name), getPackageManagerCommand().addDev]));
"""
ELECTRON_PROBE = """
const folder = require("path").dirname(require.resolve("app-builder-lib/package.json"));
const collectors = require(folder + "/out/node-module-collector/index.js");
const { TmpDir } = require(require.resolve("temp-file", { paths: [folder] }));
const names = (list) => list.flatMap((one) => [one.name + "@" + one.version, ...names(one.dependencies || [])]);
(async () => {
  const found = await collectors.determinePackageManagerEnv({ projectDir: process.cwd(), appDir: process.cwd() }).value;
  const temporary = new TmpDir();
  const answer = { manager: found.pm };
  for (const kind of [found.pm, "traversal"]) {
    const collector = collectors.getCollectorByPackageManager(kind, process.cwd(), temporary);
    answer[kind] = [...new Set(names((await collector.getNodeModules({ packageName: "app" })).nodeModules))].sort();
  }
  await temporary.cleanup();
  console.log(JSON.stringify(answer));
})();
"""


class Place:
    """A folder, an environment with nothing of the caller's but the ways out, and `lpm` on PATH."""

    def __init__(self, work, lpm, registry, authorities):
        self.work = work
        self.home = work / "home"
        self.commands = work / "commands"
        for folder in (self.home, self.commands):
            folder.mkdir(parents=True, exist_ok=True)
        (self.commands / "lpm").unlink(missing_ok=True)
        (self.commands / "lpm").symlink_to(lpm)
        (self.home / ".npmrc").write_text(f"registry={registry}\n" + (f"cafile={authorities}\n" if authorities else ""))
        self.environment = {"HOME": str(self.home), "LPM_HOME": str(self.home / "lpm"), "LANG": "C.UTF-8", "NO_COLOR": "1",
                            "PATH": f"{self.commands}:{os.environ['PATH']}", "NX_DAEMON": "false", "TURBO_TELEMETRY_DISABLED": "1",
                            "STORYBOOK_DISABLE_TELEMETRY": "1", "NEXT_TELEMETRY_DISABLED": "1"}
        self.environment |= {name: os.environ[name] for name in WAYS_OUT if name in os.environ}

    def project(self, name, files):
        folder = self.work / name
        for path, content in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content if isinstance(content, str) else json.dumps(content, indent=2) + "\n")
        self.call(folder, "lpm", "install")
        return folder

    def call(self, folder, *command, status=0, **more):
        result = run(list(command), folder, self.environment | more, seconds=240)
        if result.returncode != status:
            raise Problem(f"`{' '.join(command)}` ended with {result.returncode}:\n{last_lines(result)}")
        return result.stdout + result.stderr

    def answer(self, folder, *command):
        """What a probe says: its last line of JSON; lpm and the tools say other things around it."""
        said = self.call(folder, *command)
        lines = [line for line in said.splitlines() if line[:1] in ("[", "{")]
        if not lines:
            raise Problem(f"no answer in:\n{said[-3000:]}")
        return json.loads(lines[-1])

    def shim(self, name):
        """A command that only notes how it was called; gives the folder for PATH and the file of notes."""
        folder = self.work / f"shim-{name}"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "{folder}/calls"\n')
        (folder / name).chmod(0o755)
        return folder, folder / "calls"


def manifest(tool, **more):
    return {"name": "app", "version": "1.0.0", "private": True, "devDependencies": {tool: VERSIONS[tool]}, **more}


def members(tool, **more):
    build = {"build": "node -e \"require('fs').writeFileSync('built', '')\""}
    return {"package.json": manifest(tool, workspaces=["packages/*"], **more),
            "packages/ui/package.json": {"name": "ui", "version": "1.0.0", "scripts": build, "dependencies": {"ms": "2.1.3"}},
            "packages/web/package.json": {"name": "web", "version": "1.0.0", "scripts": build, "dependencies": {"ui": "^1.0.0"}},
            "turbo.json": {"tasks": {"build": {"dependsOn": ["^build"]}}}, "nx.json": {}}


def expect(found, wanted, what):
    if found != wanted:
        raise Problem(f"{what}: {found}, not {wanted}")


def expect_in(text, part):
    if part not in text:
        raise Problem(f"`{part}` is not in:\n{text[-3000:]}")


def expect_built(folder):
    for name in ("ui", "web"):
        if not (folder / f"packages/{name}/built").exists():
            raise Problem(f"{name} was not built")


def create_vite(place):
    folder = place.project("vite", {"package.json": manifest("create-vite")})
    said = place.call(folder, "lpm", "exec", "create-vite", "site", "--template", "vanilla", "--no-interactive")
    for line in ("lpm install", "lpm run dev"):
        expect_in(said, line)
    place.call(folder / "site", "lpm", "install")
    place.call(folder / "site", "lpm", "run", "build")
    return "lpm", "names `lpm install` and `lpm run dev`; both work"


def create_next_app(place):
    folder = place.project("next", {"package.json": manifest("create-next-app")})
    shim, calls = place.shim("npm")
    said = place.call(folder, "lpm", "exec", "create-next-app", "site", "--yes", "--empty", "--js", "--disable-git",
                      PATH=f"{shim}:{place.environment['PATH']}", CI="1")
    expect_in(said, "Using npm.")
    expect_in(calls.read_text(), "npm install\n")
    return "npm", "calls `npm install`"


def storybook(place):
    """With a lockfile of npm's beside ours, what npm adds is taken over by the next install."""
    folder = place.project("storybook", {"package.json": manifest("storybook", scripts={"probe": "node probe.mjs"}, **ALSO),
                                         "probe.mjs": STORYBOOK_PROBE})
    expected = ["npm", "npm install -D x", VERSIONS["storybook"]]
    expect(place.answer(folder, "lpm", "run", "probe"), expected, "with package-lock.json")
    place.call(folder, "npm", "install", "-D", "is-odd@3.0.1")
    place.call(folder, "lpm", "install")
    place.call(folder, "node", "-e", "require('is-odd')")
    expect(place.answer(folder, "lpm", "run", "probe"), expected, "after npm and lpm")
    if not (folder / "node_modules/is-odd").is_symlink():
        raise Problem("the tree is npm's, still")
    (folder / "package-lock.json").unlink()
    expect(place.answer(folder, "lpm", "run", "probe"), expected, "without package-lock.json")
    return "npm", "calls `npm install -D`, `npm ls`"


def nx(place):
    folder = place.project("nx", members("nx", **ALSO) | {"probe.cjs": NX_PROBE})
    found = place.answer(folder, "lpm", "exec", "node", "probe.cjs")
    expect([found[0], found[2]], ["npm", "npm install -D"], "what Nx found")
    expect(sorted(place.call(folder, "lpm", "exec", "nx", "show", "projects").split()), ["ui", "web"], "projects")
    place.call(folder, "lpm", "exec", "nx", "run-many", "-t", "build", "--skip-nx-cache")
    expect_built(folder)
    graph = place.answer(folder, "lpm", "exec", "node", "-e", """
        require("nx/src/project-graph/project-graph").createProjectGraphAsync().then((graph) =>
          { console.log(JSON.stringify(graph.dependencies.ui.concat(graph.dependencies.web).map((one) => one.target))); process.exit(0); })""")
    expect(graph, ["npm:ms", "ui"], "edges of the project graph")
    return "npm", "runs scripts as `npm run`; with package-lock.json its graph has the packages, too"


def turbo(place):
    folder = place.project("turbo", members("turbo"))
    said = place.call(folder, "lpm", "exec", "turbo", "run", "build", status=1)
    expect_in(said, "packageManager")
    (folder / "package.json").write_text(json.dumps(manifest("turbo", workspaces=["packages/*"], packageManager="npm@11.19.1", **ALSO)))
    place.call(folder, "lpm", "install")
    said = place.call(folder, "lpm", "exec", "turbo", "run", "build")
    expect_in(said, "2 successful")
    if "Lockfile not found" in said:
        raise Problem("turbo misses package-lock.json")
    expect_built(folder)
    return "`packageManager`", "refuses without one it knows; with `npm@…` runs scripts as `npm run`"


def electron_builder(place):
    folder = place.project("electron", {"probe.cjs": ELECTRON_PROBE, "package.json": manifest(
        "app-builder-lib", dependencies={"express": "4.21.2", "debug": "3.2.7", "old-ms": "npm:ms@2.0.0"},
        optionalDependencies={"fsevents": "2.3.3"})})
    found = place.answer(folder, "lpm", "exec", "node", "probe.cjs")
    expect(found["manager"], "npm", "package manager")
    expect(found["npm"], found["traversal"], "packages to ship, by `npm list` and by walking the tree")
    for package in ("old-ms@2.0.0", "debug@3.2.7", "debug@2.6.9", "accepts@1.3.8"):
        expect_in(" ".join(found["npm"]), package)
    return "npm", f"collects by `npm list`: all {len(found['npm'])} packages of the application, none for development"


TOOLS = {"create-vite": create_vite, "create-next-app": create_next_app, "Storybook": storybook, "Nx": nx, "Turborepo": turbo,
         "electron-builder": electron_builder}
PACKAGES = dict(zip(TOOLS, VERSIONS))


def table(results):
    lines = ["| tool | decides for | and |", "|---|---|---|"]
    lines += [f"| {name} {VERSIONS[PACKAGES[name]]} | {seen} | {did} |" for name, (seen, did) in results.items()]
    return "\n".join(lines)


def write_table(text):
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    PAGE.write_text(head + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1], encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lpm", required=True, type=lambda text: str(pathlib.Path(text).resolve()))
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--write-table", action="store_true")
    options = parser.parse_args()
    if shutil.which("npm") is None or not npm_setting("registry"):
        print("no npm here")
        return SKIPPED
    work = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="lpm-tools-around-"))
    results, failed = {}, False
    try:
        place = Place(work, options.lpm, npm_setting("registry"), npm_setting("cafile"))
        if run(["npm", "view", "ms", "version"], place.home, place.environment, seconds=60).returncode != 0:
            print("the registry does not answer")
            return SKIPPED
        for name, test in TOOLS.items():
            if options.only.lower() not in name.lower():
                continue
            try:
                results[name] = test(place)
                print(f"{name}: {' '.join(results[name])}", flush=True)
            except Problem as problem:
                failed = True
                print(f"{name}: NOT AS EXPECTED: {problem}", flush=True)
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)
    print(table(results))
    if options.write_table and not failed and not options.only:
        write_table(table(results))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
