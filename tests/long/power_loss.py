#!/usr/bin/env python3
"""Contract B.5: power lost at random points.

Home and project lie on ext4 in a loop-mounted image (needs root). At a random moment of a command the image is copied:
what was not yet written back is missing from the copy. The copy is mounted, its journal replayed, under another boot
id, and must hold: package.json as before or as after, lpm.lock absent, empty, as before or as after; one more install
succeeds, its tree is an undisturbed one's file by file, and `store verify` finds nothing.
"""
import os
import signal
import subprocess
import time
from pathlib import Path

import storm

IMAGE_MB = 160


def run(*argv):
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def contents(tree_root):
    """Path -> bytes of every regular file below node_modules."""
    found = {}
    for folder, _, files in os.walk(Path(tree_root) / "node_modules"):
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink() and name != ".record":
                found[str(path.relative_to(tree_root))] = path.read_bytes()
    return found


def main():
    options = storm.parser(__doc__.splitlines()[0], 100).parse_args()
    storm.need_root_and_mounts()
    work = Path(options.work or storm.default_work())
    registry = storm.Registry(options.registry, work, storm.universe(options.packages, options.seed))
    faults = storm.Faults()
    rng = storm.random.Random(options.seed)
    place = storm.Workplace(work, os.path.abspath(options.lpm), registry.url)
    disk, image, copy, base = place.root, work / "image", work / "copy", work / "base"

    def mount(file):
        run("mount", "-o", "loop,noatime", str(file), str(disk))

    def unmount():
        run("umount", str(disk))

    def install(boot):
        """`lpm install` as after another boot: records that name the boot must not be believed."""
        (work / "boot-id").write_text(f"{boot}\n")
        return subprocess.run(
            ["unshare", "--mount", "sh", "-c",
             'mount --bind "$1" /proc/sys/kernel/random/boot_id && shift && exec "$@"', "sh", str(work / "boot-id"),
             options.lpm, "install"], cwd=place.project, env=place.environment, capture_output=True, text=True, timeout=120)

    try:
        disk.mkdir()
        run("truncate", "-s", f"{IMAGE_MB}M", str(base))
        run("mkfs.ext4", "-q", "-F", str(base))
        try:
            mount(base)
        except subprocess.CalledProcessError:
            print("no loop device here")
            storm.sys.exit(77)
        place.home.mkdir(), place.project.mkdir()
        (place.home / ".npmrc").write_text(f"registry={place.url}\n")
        manifest = storm.json.dumps(storm.manifest_of(options.packages), indent=2) + "\n"
        (place.project / "package.json").write_text(manifest)
        unmount()
        run("cp", "--sparse=always", str(base), str(image))
        mount(image)
        before = (place.manifest(), None)
        begin = time.perf_counter()
        assert place.run("install").returncode == 0
        whole = time.perf_counter() - begin
        installed = (place.manifest(), place.lockfile())
        wanted = contents(place.project)
        unmount()
        installed_image = work / "installed"
        run("mv", str(image), str(installed_image))
        mount(installed_image)
        assert place.run("install", "tool").returncode == 0
        added = (place.manifest(), place.lockfile())
        wanted_added = contents(place.project)
        unmount()
        # `tool` was only tried: the image without it is made anew.
        run("cp", "--sparse=always", str(base), str(installed_image))
        mount(installed_image)
        assert place.run("install").returncode == 0
        unmount()
        torn = 0
        for number in range(options.rounds):
            adds = number % 3 == 2
            run("cp", "--sparse=always", str(installed_image if adds else base), str(image))
            mount(image)
            states = (installed, added) if adds else (before, installed)
            child = place.start(["install", "tool"] if adds else ["install"], subprocess.DEVNULL)
            # Up to well behind the end: what a finished command wrote may still be in memory alone.
            time.sleep(rng.uniform(0, 2.0 * whole))
            if number % 4 == 1:
                run("sync", "-f", str(disk))
            run("cp", "--sparse=always", str(image), str(copy))
            os.killpg(child.pid, signal.SIGKILL) if child.poll() is None else None
            child.wait()
            unmount()
            mount(copy)
            where = f"round {number} ({'add' if adds else 'cold'})"
            if place.manifest() not in (states[0][0], states[1][0]):
                faults.add(where, f"manifest: {place.manifest()[:80]}")
            lock = place.lockfile()
            if lock not in (None, b"", states[0][1], states[1][1]):
                faults.add(where, f"lockfile: {len(lock)} bytes")
            torn += any(p.stat().st_size == 0 for p in (place.home / ".lpm").rglob("*") if p.is_file() and p.name.endswith(".js"))
            ran = install(f"{number:08}-1111-2222-3333-444444444444")
            if ran.returncode != 0:
                faults.add(where, f"next install: status {ran.returncode}: {ran.stderr[-300:]}")
            else:
                right = wanted_added if adds and place.manifest() == added[0] else wanted
                found = contents(place.project)
                if found != right:
                    names = [k for k in set(found) | set(right) if found.get(k) != right.get(k)]
                    faults.add(where, f"tree: {len(names)} files differ: {sorted(names)[:3]}")
            ran = place.run("store", "verify")
            if ran.returncode != 0:
                faults.add(where, f"store verify: {ran.stdout[-300:]}{ran.stderr[-300:]}")
            unmount()
        print(f"{options.rounds} rounds; {torn} copies held store files that the power loss had emptied")
        faults.end()
    finally:
        subprocess.run(["umount", str(disk)], stderr=subprocess.DEVNULL)
        registry.stop()
        if not options.work:
            storm.shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
