#!/usr/bin/env python3
"""Puts the sources that third_party/sources.toml names into the cache folder.

usage: fetch_third_party.py [--cache FOLDER] [NAME...]     (all names when none is given)

Each lands in FOLDER/NAME-VERSION with the files that its entry lists; that path is printed. What is there already is left alone, so a
filled cache needs no network. The tarball comes from the registry that npm is configured with, through `npm pack`;
its integrity is checked before anything is unpacked.
FOLDER: --cache, else $LPM_THIRD_PARTY_CACHE, else build/third_party.
"""
import argparse
import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ATTEMPTS = 3
STAMP = ".integrity"


def download(spec: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="lpm-third-party-") as folder:
        command = ["npm", "pack", spec, "--json", "--ignore-scripts", "--pack-destination", folder]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if run.returncode != 0:
            raise OSError(run.stderr.strip().splitlines()[-1] if run.stderr.strip() else "npm pack failed")
        json.loads(run.stdout)
        (tarball,) = Path(folder).glob("*.tgz")
        return tarball.read_bytes()


def check(tarball: bytes, integrity: str, spec: str) -> None:
    algorithm, _, expected = integrity.partition("-")
    received = base64.b64encode(hashlib.new(algorithm, tarball).digest()).decode()
    if received != expected:
        raise SystemExit(f"error: integrity of {spec} differs\n  expected  {integrity}\n  received  {algorithm}-{received}")


def unpack(tarball: bytes, files: list[str], target: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for name in files:
            source = archive.extractfile(f"package/{name}")
            if source is None:
                raise SystemExit(f"error: no file {name} in the archive")
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.read())


def is_present(folder: Path, entry: dict) -> bool:
    stamp = folder / STAMP
    return (stamp.is_file() and stamp.read_text() == entry["integrity"]
            and all((folder / name).is_file() for name in entry["files"]))


def fetch(name: str, entry: dict, cache: Path) -> Path:
    final = cache / f"{name}-{entry['version']}"
    if is_present(final, entry):
        return final
    spec = f"{entry['package']}@{entry['version']}"
    for attempt in range(1, ATTEMPTS + 1):
        try:
            tarball = download(spec)
            break
        except (OSError, ValueError, subprocess.TimeoutExpired) as problem:
            if attempt == ATTEMPTS:
                raise SystemExit(f"error: cannot fetch {spec} after {ATTEMPTS} attempts\n  reason  {problem}\n"
                                 f"hint: fill {cache} on a machine that reaches the registry, and copy it here")
            time.sleep(attempt)
    check(tarball, entry["integrity"], spec)
    cache.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=cache))
    unpack(tarball, entry["files"], staging)
    (staging / STAMP).write_text(entry["integrity"])
    staging.chmod(0o755)
    shutil.rmtree(final, ignore_errors=True)
    try:
        staging.rename(final)
    except OSError:  # another configure was faster
        shutil.rmtree(staging, ignore_errors=True)
        if not is_present(final, entry):
            raise
    return final


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--cache")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    cache = Path(arguments.cache or os.environ.get("LPM_THIRD_PARTY_CACHE") or ROOT / "build" / "third_party")
    sources = tomllib.loads((ROOT / "third_party" / "sources.toml").read_text())
    unknown = [name for name in arguments.names if name not in sources]
    if unknown:
        sys.exit(f"error: not in third_party/sources.toml: {', '.join(unknown)}")
    for name, entry in sources.items():
        if not arguments.names or name in arguments.names:
            print(fetch(name, entry, cache))


if __name__ == "__main__":
    main()
