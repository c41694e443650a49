"""What the storms share: a registry of generated packages, workplaces that are copied for each round, and the
checks that must hold at any moment and after one more install (contracts B.1, B.5, D.4, C.1 to C.6)."""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
VALIDATE = TOP / "bench/validate.mjs"
DIRECT = 20


def parser(what, default_rounds):
    p = argparse.ArgumentParser(description=what)
    p.add_argument("--lpm", default=str(TOP / "build/lpm"))
    p.add_argument("--registry", default=str(TOP / "build/dev/tests/support/lpm-fake-registry"))
    p.add_argument("--work", help="folder for everything; default: tmpfs when there is room")
    p.add_argument("--packages", type=int, default=250)
    p.add_argument("--rounds", type=int, default=default_rounds)
    p.add_argument("--seed", type=int, default=1)
    return p


def universe(count, seed):
    """registry.json of `count` packages p0, p1, ...: each needs some of those behind it; some with two versions, peers
    and commands."""
    rng = random.Random(seed)
    packages = {}
    for i in range(count):
        name = f"@scope/p{i}" if i % 10 == 9 else f"p{i}"
        for version in ("1.0.0", "1.1.0") if i % 3 == 0 else ("1.0.0",):
            data = {"$files": {f"lib/{k}.js": f"// {name} {version} {k} " + rng.randbytes(rng.randrange(20, 5000)).hex() + "\n"
                               for k in range(rng.randrange(2, 8))}}
            data["$files"]["index.js"] = f"module.exports = '{name}@{version}'\n"
            later = range(i + 1, min(count, i + 40))
            needs = sorted(rng.sample(later, min(len(later), rng.randrange(0, 4))))
            if i < DIRECT:
                needs = sorted(set(needs) | set(range(DIRECT + i, count, DIRECT)))
            data["dependencies"] = {(f"@scope/p{k}" if k % 10 == 9 else f"p{k}"): "^1.0.0" for k in needs}
            if i % 5 == 0:
                data["bin"] = {f"run-p{i}": "index.js"}
            packages.setdefault(name, {})[version] = data
    packages["tool"] = {v: {"bin": {"tool": "cli.js"}, "dependencies": {"p1": "^1.0.0", "p3": "^1.0.0"},
                            "$files": {"cli.js": f"#!/usr/bin/env node\nconsole.log('tool {v}')\n"}}
                        for v in ("1.0.0", "1.1.0")}
    return {"packages": packages}


def newer(count, seed):
    """What is published later: one version more, in range, of every fourth package of universe()."""
    versions = universe(count, seed)["packages"]
    packages = {}
    for i in range(1, count, 4):
        name = f"@scope/p{i}" if i % 10 == 9 else f"p{i}"
        data = dict(versions[name]["1.0.0"])
        data["$files"] = {**data["$files"], "index.js": f"module.exports = '{name}@1.2.0'\n"}
        packages[name] = {"1.2.0": data}
    return {"packages": packages}


class Registry:
    """lpm-fake-registry as a child; ends with this process."""

    def __init__(self, program, folder, data, log=None, arguments=()):
        self.folder = Path(folder)
        path = self.folder / "registry.json"
        path.write_text(json.dumps(data))
        self.child = subprocess.Popen([program, *arguments, *(["--log", str(log)] if log else []), str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.child.stdout.readline().strip()
        self.tls_url = self.child.stdout.readline().strip() if "--tls" in arguments else None

    def load(self, data):
        path = self.folder / "more.json"
        path.write_text(json.dumps(data))
        self.child.stdin.write(f"{path}\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline().strip()
        assert answer == "ok", answer

    def stop(self):
        self.child.stdin.close()
        self.child.wait()


class Workplace:
    """A home and a project in one folder, always at the same path: records hold paths."""

    def __init__(self, folder, lpm, registry_url):
        self.folder = Path(folder)
        self.root = self.folder / "run"
        self.home = self.root / "home"
        self.project = self.root / "project"
        self.lpm = lpm
        self.url = registry_url
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "LPM_HOME": str(self.home / ".lpm"),
            "LANG": "C.UTF-8", "LPM_LOG": "perf", "LPM_TEST_MODE": "1", "LPM_RETRY_BACKOFF_MS_OVERRIDE": "20",
        }

    def begin(self, manifest):
        self.wipe()
        self.home.mkdir(parents=True)
        self.project.mkdir()
        (self.home / ".npmrc").write_text(f"registry={self.url}\n")
        (self.project / "package.json").write_text(json.dumps(manifest, indent=2) + "\n")

    def wipe(self):
        if self.root.exists():
            shutil.rmtree(self.root)

    def keep_as(self, name):
        subprocess.run(["cp", "-a", str(self.root), str(self.folder / name)], check=True)

    def take(self, name):
        self.wipe()
        subprocess.run(["cp", "-a", str(self.folder / name), str(self.root)], check=True)

    def start(self, arguments, stderr):
        return subprocess.Popen([self.lpm, *arguments], cwd=self.project, env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True)

    def run(self, *arguments, limit=120):
        return subprocess.run([self.lpm, *arguments], cwd=self.project, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=limit)

    def manifest(self):
        return (self.project / "package.json").read_bytes()

    def lockfile(self):
        path = self.project / "lpm.lock"
        return path.read_bytes() if path.exists() else None


def manifest_of(count):
    names = [f"@scope/p{i}" if i % 10 == 9 else f"p{i}" for i in range(min(DIRECT, count))]
    return {"name": "storm", "version": "1.0.0", "dependencies": {n: "^1.0.0" for n in names}}


def tree_of(project):
    """Every path below node_modules with what it is; without trash and records, which may differ."""
    top = Path(project) / "node_modules"
    tree = {}
    for folder, folders, files in os.walk(top):
        here = Path(folder)
        for name in folders + files:
            path = here / name
            key = str(path.relative_to(top))
            if key == ".lpm/.record":
                continue
            if path.is_symlink():
                tree[key] = os.readlink(path)
            elif path.is_file():
                tree[key] = path.stat().st_size
    return tree


def npm_packages():
    root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{root}/npm/node_modules"


def validate(project):
    if "NPM_PACKAGES" not in os.environ:
        os.environ["NPM_PACKAGES"] = npm_packages()
    ran = subprocess.run(["node", str(VALIDATE), str(project)], capture_output=True, text=True)
    return "" if ran.returncode == 0 else ran.stdout[-600:] + ran.stderr[-600:]


def difference(tree, wanted):
    missing = sorted(set(wanted) - set(tree))
    extra = sorted(set(tree) - set(wanted))
    other = sorted(k for k in set(tree) & set(wanted) if tree[k] != wanted[k])
    if not (missing or extra or other):
        return ""
    return f"missing {missing[:3]} extra {extra[:3]} other {other[:3]}"


def default_work():
    shm = Path("/dev/shm")
    room = shm.exists() and shutil.disk_usage(shm).free > 2 << 30
    return tempfile.mkdtemp(prefix="lpm-storm.", dir=shm if room else None)


def need_root_and_mounts():
    if os.geteuid() != 0:
        print("needs root")
        sys.exit(77)
    # As a container may forbid it: in a namespace of our own, so that nothing is left behind.
    if subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "x", "/mnt"], capture_output=True).returncode != 0:
        print("cannot mount here")
        sys.exit(77)


class Faults:
    """Broken promises, by name; the storm ends with them."""

    def __init__(self):
        self.found = []

    def add(self, where, what):
        self.found.append((where, what))
        print(f"BROKEN {where}: {what}", flush=True)

    def end(self):
        counts = {}
        for _, what in self.found:
            kind = what.split(":")[0]
            counts[kind] = counts.get(kind, 0) + 1
        print("broken promises:", counts if counts else "0")
        sys.exit(1 if self.found else 0)
