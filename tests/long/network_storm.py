#!/usr/bin/env python3
"""Contracts C.1 to C.6: installs in bad weather.

The registry delays, resets, cuts bodies, answers 429, 500 and 503, and lies about lengths, at most three times a URL.
At least 97 of 100 installs succeed with a valid tree; the rest fail within their deadline, naming URL and reason; no
URL is asked for more than four times, nor is any install longer than its deadline.
"""
import json
import os
import subprocess
import time
from pathlib import Path

import storm

DEADLINE = 60


def weather(rng, paths, share):
    faults = []
    for path in paths:
        if rng.random() > share:
            continue
        for _ in range(rng.randrange(1, 4)):
            kind = rng.choice(["status", "reset", "close", "cut", "length", "delay", "slow", "retry"])
            fault = {"path": path, "times": 1}
            if kind == "status":
                fault["status"] = rng.choice([500, 502, 503])
            elif kind == "retry":
                fault |= {"status": 429, "retryAfter": "0"}
            elif kind == "reset":
                fault["reset"] = True
            elif kind == "close":
                fault["close"] = True
            elif kind == "cut":
                fault["cutBody"] = rng.randrange(0, 20000)
            elif kind == "length":
                fault["contentLength"] = rng.randrange(1, 60000)
            elif kind == "delay":
                fault["delay"] = rng.randrange(1, 300)
            else:
                fault["slow"] = [rng.randrange(50, 2000), rng.randrange(1, 20)]
            faults.append(fault)
    return faults


def main():
    p = storm.parser(__doc__.splitlines()[0], 300)
    p.add_argument("--share", type=float, default=0.3, help="of the URLs that are troubled")
    options = p.parse_args()
    work = options.work or storm.default_work()
    data = storm.universe(options.packages, options.seed)
    paths = []
    for name, versions in data["packages"].items():
        paths.append(f"/{name}")
        paths += [f"/{name}/-/{name.split('/')[-1]}-{v}.tgz" for v in versions]
    log = Path(work) / "requests"
    faults = storm.Faults()
    rng = storm.random.Random(options.seed)
    registry = storm.Registry(options.registry, work, data, log)
    place = storm.Workplace(work, os.path.abspath(options.lpm), registry.url)
    place.environment["npm_config_fetch_timeout"] = "5000"
    try:
        place.begin(storm.manifest_of(options.packages))
        assert place.run("install").returncode == 0
        wanted, lock = storm.tree_of(place.project), place.lockfile()
        good, slowest, seen = 0, 0, 0
        for number in range(options.rounds):
            place.begin(storm.manifest_of(options.packages))
            registry.load({"options": {"clearFaults": True}})
            registry.load({"faults": weather(rng, paths, options.share)})
            seen = log.stat().st_size
            begin = time.perf_counter()
            try:
                ran = place.run("install", limit=DEADLINE)
            except subprocess.TimeoutExpired:
                faults.add(f"round {number}", "deadline: missed")
                continue
            slowest = max(slowest, time.perf_counter() - begin)
            counts = {}
            with open(log, "rb") as lines:
                lines.seek(seen)
                for line in lines:
                    path = json.loads(line)["path"]
                    counts[path] = counts.get(path, 0) + 1
            # A connection that the server closed before the first byte is repeated once at once, outside of the budget.
            if over := {k: v for k, v in counts.items() if v > 5}:
                faults.add(f"round {number}", f"budget: {over}")
            if ran.returncode == 0:
                good += 1
                if place.lockfile() != lock:
                    faults.add(f"round {number}", "lockfile: another one than in good weather")
                if different := storm.difference(storm.tree_of(place.project), wanted):
                    faults.add(f"round {number}", f"tree: {different}")
            elif place.url.split("//")[1] not in ran.stderr:
                faults.add(f"round {number}", f"message: {ran.stderr[-400:]}")
            else:
                print(f"round {number} failed: {ran.stderr[:300]}", flush=True)
        share = good / options.rounds
        print(f"{options.rounds} installs, {good} succeeded ({share:.1%}), the slowest took {slowest:.1f} s")
        if share < 0.97:
            faults.add("all", f"successes: {share:.1%}")
        faults.end()
    finally:
        registry.stop()
        if not options.work:
            storm.shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
