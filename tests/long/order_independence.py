#!/usr/bin/env python3
"""One lockfile and one tree, in whatever order answers come.

Installs a graph of 300 packages again and again, each time with other random delays, 1 to 16 threads, over HTTP/1.1 or
HTTP/2, with a cold, fresh or stale metadata cache, an empty or full store, another locale and umask, and compares the
bytes of lpm.lock and a hash of the tree.
"""
import collections
import hashlib
import json
import os
import random
import stat
import time
from pathlib import Path

import storm

RANGES = ["^1.0.0", ">=1.0.0", "*", "1.0.0", "~1.1.0", "^1.0.0 || ^2.0.0", "1.x", "latest"]


def name_of(number):
    return f"@scope/p{number}" if number % 7 == 3 else f"p{number}"


def graph(count, seed):
    """Packages with two to four versions, whose dependencies, shared by many and asked for in different ranges, lead to
    later packages, and peers to any: they are found above, added, missed, or go round in a circle."""
    rng = random.Random(seed)
    packages = {}
    for i in range(count):
        for version in ("1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0"):
            if version == "2.0.0" and rng.random() < 0.5:
                continue
            data = {"$files": {"index.js": f"module.exports = '{name_of(i)}@{version}'\n",
                               "lib/a.js": rng.randbytes(rng.randrange(10, 3000)).hex()}}
            for _ in range(rng.randrange(4)):
                if i + 1 >= count:
                    break
                to, spec = rng.randrange(i + 1, min(count, i + 60)), rng.choice(RANGES)
                kind = rng.randrange(8)
                if kind == 0:
                    data.setdefault("optionalDependencies", {})[name_of(to)] = spec
                elif kind == 1:
                    data.setdefault("dependencies", {})[f"alias{to}"] = f"npm:{name_of(to)}@{spec}"
                else:
                    data.setdefault("dependencies", {})[name_of(to)] = spec
            if rng.random() < 0.3:
                data["peerDependencies"] = {name_of(rng.randrange(count)): rng.choice(RANGES[:-1])}
            if rng.random() < 0.15:
                peer = name_of(rng.randrange(count))
                data.setdefault("peerDependencies", {})[peer] = "*"
                data["peerDependenciesMeta"] = {peer: {"optional": True}}
            if i % 5 == 0:
                data["bin"] = {f"run-p{i}": "index.js"}
            packages.setdefault(name_of(i), {})[version] = data
    return {"packages": packages}


def tree_hash(project):
    """Of paths, kinds, contents, link targets and execute bits; without records of this machine."""
    digest = hashlib.sha256()
    top = Path(project) / "node_modules"
    for folder, folders, files in os.walk(top):
        folders.sort()
        here = Path(folder)
        for name in sorted(folders + files):
            path = here / name
            key = str(path.relative_to(top))
            if key in (".lpm/.record", ".lpm/.trash"):
                continue
            digest.update(key.encode() + b"\0")
            if path.is_symlink():
                digest.update(b"l" + os.readlink(path).encode())
            elif path.is_file():
                digest.update(b"x" if path.stat().st_mode & stat.S_IXUSR else b"f")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class Counts:
    def __init__(self):
        self.of = {}

    def add(self, **words):
        for key, word in words.items():
            self.of.setdefault(key, collections.Counter())[word] += 1

    def show(self):
        for key, counter in self.of.items():
            print(f"{key:9} " + ", ".join(f"{word} {n}" for word, n in sorted(counter.items(), key=lambda x: str(x[0]))))


def install(place, rng):
    """One install in a way drawn from `rng`; gives what was drawn."""
    cache = rng.choice(["cold", "fresh", "stale"])
    store = rng.choice(["empty", "full"])
    drawn = {"cache": cache, "store": store, "threads": rng.randrange(1, 17), "locale": rng.choice(["C", "tr_TR.UTF-8"]),
             "umask": rng.choice(["022", "077"]), "sockets": rng.choice([1, 4, 64])}
    storm.shutil.rmtree(place.project / "node_modules", ignore_errors=True)
    storm.shutil.rmtree(place.project / ".lpm", ignore_errors=True)
    (place.project / "lpm.lock").unlink(missing_ok=True)
    if cache == "cold":
        storm.shutil.rmtree(place.home / ".lpm/cache", ignore_errors=True)
    if store == "empty":
        storm.shutil.rmtree(place.home / ".lpm/store", ignore_errors=True)
    place.environment |= {"LANG": drawn["locale"], "LC_ALL": drawn["locale"], "LPM_TEST_WORKERS": str(drawn["threads"]),
                          "npm_config_maxsockets": str(drawn["sockets"])}
    before = os.umask(int(drawn["umask"], 8))
    try:
        ran = place.run("install", *(["--prefer-online"] if cache == "stale" else []))
    finally:
        os.umask(before)
    return drawn, ran


def main():
    p = storm.parser(__doc__.splitlines()[0], 500)
    p.set_defaults(packages=300)
    options = p.parse_args()
    work = options.work or storm.default_work()
    data = graph(options.packages, options.seed)
    ca = Path(work) / "ca.pem"
    registry = storm.Registry(options.registry, work, data, arguments=["--tls", "--ca-file", str(ca)])
    urls = {"http/1.1": registry.url, "http/2": registry.tls_url}
    place = storm.Workplace(work, os.path.abspath(options.lpm), registry.url)
    rng = random.Random(options.seed)
    faults, counts = storm.Faults(), Counts()
    answers = collections.Counter()
    begin = time.perf_counter()
    try:
        names = [name_of(i) for i in range(0, min(options.packages, 80), 3)]
        place.begin({"name": "order", "version": "1.0.0", "dependencies": {n: "^1.0.0" for n in names}})
        for number in range(options.rounds):
            protocol = rng.choice(sorted(urls))
            (place.home / ".npmrc").write_text(f"registry={urls[protocol]}\ncafile={ca}\n")
            registry.load({"options": {"clearFaults": True, "seed": rng.randrange(1 << 30)}})
            registry.load({"faults": [{"path": "*", "delay": [0, rng.choice([1, 8, 30])]}]})
            drawn, ran = install(place, rng)
            if ran.returncode != 0:
                faults.add(f"run {number}", f"install: {drawn} {ran.stderr[-400:]}")
                continue
            counts.add(protocol=protocol, **drawn)
            lock = place.lockfile()
            answers[hashlib.sha256(lock).hexdigest()[:12], tree_hash(place.project)[:12]] += 1
            if len(answers) > 1 and answers.most_common()[-1][1] == 1:
                faults.add(f"run {number}", f"order: {protocol} {drawn} gave another answer")
                (Path(work) / f"other-{number}.lock").write_bytes(lock)
        packages = lock.count(b"\n[packages.")
        print(f"{options.rounds} installs of {packages} packages in {time.perf_counter() - begin:.0f} s: "
              f"{len({a for a, _ in answers})} lockfile, {len({b for _, b in answers})} tree")
        counts.show()
        if invalid := storm.validate(place.project):
            faults.add("the tree", f"validate: {invalid}")
        faults.end()
    finally:
        registry.stop()
        if not options.work:
            storm.shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
