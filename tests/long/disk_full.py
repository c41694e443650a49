#!/usr/bin/env python3
"""Contract D.4: the disk full at random points.

Home and project lie on a small tmpfs (needs root). Each round gives an install a random amount of free space between
none and what it needs. It fails cleanly or succeeds; package.json and lpm.lock are as before or as after; with more
space the next install succeeds, its tree is an undisturbed one's, and `store verify` finds nothing.
"""
import os
import subprocess
from pathlib import Path

import storm

CLEAN = {0, 1, 50}


def mounted(folder, size):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "lpm-storm", str(folder)], check=True)


def main():
    options = storm.parser(__doc__.splitlines()[0], 100).parse_args()
    storm.need_root_and_mounts()
    work = options.work or storm.default_work()
    registry = storm.Registry(options.registry, work, storm.universe(options.packages, options.seed))
    faults = storm.Faults()
    rng = storm.random.Random(options.seed)
    place = storm.Workplace(work, os.path.abspath(options.lpm), registry.url)
    disk = place.root
    try:
        place.begin(storm.manifest_of(options.packages))
        before = (place.manifest(), place.lockfile())
        ran = place.run("install")
        assert ran.returncode == 0, ran.stderr
        after = (place.manifest(), place.lockfile())
        wanted = storm.tree_of(place.project)
        needs = int(subprocess.run(["du", "-s", "--block-size=1", str(disk)], capture_output=True, text=True).stdout.split()[0])
        place.wipe()
        statuses = {}
        for number in range(options.rounds):
            disk.mkdir()
            size = int(rng.uniform(0.02, 1.02) * needs) // 4096 * 4096
            mounted(disk, size)
            try:
                os.makedirs(place.home), os.makedirs(place.project)
                (place.home / ".npmrc").write_text(f"registry={place.url}\n")
                (place.project / "package.json").write_bytes(before[0])
                where = f"round {number}, {size} of {needs} bytes"
                ran = place.run("install")
                statuses[ran.returncode] = statuses.get(ran.returncode, 0) + 1
                if ran.returncode not in CLEAN or (ran.returncode and "LPM_NO_SPACE" not in ran.stderr):
                    faults.add(where, f"failure: status {ran.returncode}: {ran.stderr[-300:]}")
                if place.manifest() not in (before[0], after[0]):
                    faults.add(where, "manifest: changed")
                if place.lockfile() not in (before[1], after[1]):
                    faults.add(where, "lockfile: half")
                subprocess.run(["mount", "-o", f"remount,size={4 * needs}", str(disk)], check=True)
                ran = place.run("install")
                if ran.returncode != 0:
                    faults.add(where, f"next install: status {ran.returncode}: {ran.stderr[-300:]}")
                elif different := storm.difference(storm.tree_of(place.project), wanted):
                    faults.add(where, f"tree: {different}")
                elif number % 5 == 0 and (problem := storm.validate(place.project)):
                    faults.add(where, f"validator: {problem}")
                ran = place.run("store", "verify")
                if ran.returncode != 0:
                    faults.add(where, f"store verify: {ran.stdout[-300:]}{ran.stderr[-300:]}")
            finally:
                subprocess.run(["umount", str(disk)], check=True)
                disk.rmdir()
        print(f"{options.rounds} rounds, exit statuses {statuses}")
        faults.end()
    finally:
        registry.stop()
        if not options.work:
            storm.shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
