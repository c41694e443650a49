#!/usr/bin/env python3
"""Installs every version of every package of another package manager's test registry, each in a project of its own.

The packages are those of the npm package @pnpm/registry-mock (MIT), fetched with npm into a scratch folder at each run;
nothing of it is kept. Their scopes are served from there, all other names come from the default registry. Every install
must give a tree that bench/validate.mjs accepts, or fail for a reason that EXPECTED has.
"""
import argparse
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.parse
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
PACKAGE = "@pnpm/registry-mock@5.2.4"
SKIPPED = 77

# What must fail: the package (with its version, where only that one), the code of the error, and why that is right.
EXPECTED = [
    ("@pnpm.e2e/darwin-arm64", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/darwin-x64", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/has-binding-gyp@1.0.0", "LPM_PLATFORM", "for a system that does not exist"),
    ("@pnpm.e2e/external-depend-on-internal-dep", "LPM_BAD_SPEC", "asks for a folder of its author's machine"),
    ("@pnpm.e2e/has-local-dep", "LPM_BAD_SPEC", "asks for a folder of its author's machine"),
    ("@pnpm.e2e/has-aliased-git-dependency", "LPM_FORBIDDEN_SOURCE", "a published package asks for a repository"),
    ("@pnpm.e2e/has-github-dep", "LPM_FORBIDDEN_SOURCE", "a published package asks for a repository"),
    ("@pnpm.e2e/has-foo101-peer", "LPM_NO_MATCHING_VERSION", "its peer has no such version"),
    ("@pnpm.e2e/windows-x64", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/pkg-with-accidentally-published-catalog-protocol", "LPM_UNSUPPORTED_SPEC", "published with `catalog:`"),
    ("@pnpm.e2e/pkg-with-tarball-dep-from-registry", "LPM_FORBIDDEN_SOURCE", "a published package asks for an archive"),
    ("@pnpm.e2e/test-pnpm-peer-deps", "LPM_FORBIDDEN_SOURCE", "a published package asks for a source"),
    ("@pnpm.e2e/self-file-reference", "LPM_BAD_SPEC", "asks for a folder, its own"),
    ("@pnpm.e2e/self-link-reference", "LPM_BAD_SPEC", "asks for a folder, its own"),
    ("@zkochan/test-pnpm-issue219@1.0.0", "LPM_PACKAGE_NOT_FOUND", "needs packages of its scope that are not in the storage"),
    ("@zkochan/test-pnpm-issue219@1.0.1", "LPM_PACKAGE_NOT_FOUND", "needs packages of its scope that are not in the storage"),
    ("@pnpm.e2e/has-not-compatible-dep", "LPM_PLATFORM", "requires a package for another system"),
    ("@pnpm.e2e/has-say-hi-peer", "LPM_PACKAGE_NOT_FOUND", "its peer `say-hi` is in neither registry"),
    ("@pnpm.e2e/peer-deps-in-child-pkg", "LPM_FORBIDDEN_SOURCE", "a published package asks for a source"),
    ("@pnpm.e2e/not-compatible-with-not-compatible-dep", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/linux-arm64", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/not-compatible-with-any-os", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/not-compatible-with-any-os-and-has-peer", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/only-darwin-arm64", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/only-darwin-x64", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/only-linux-arm64-glibc", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/only-linux-arm64-musl", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/only-linux-x64-musl", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/only-win32-arm64", "LPM_PLATFORM", "for another system"),
    ("@pnpm.e2e/only-win32-x64", "LPM_PLATFORM", "for another system"),
]


def fetched(folder):
    """The storage folder of the package, or None when npm cannot have it."""
    done = subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, capture_output=True, text=True)
    archives = list(folder.glob("*.tgz"))
    if done.returncode != 0 or len(archives) != 1:
        return None
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(folder)
    return folder / "package/registry/storage-cache"


def packages_in(storage):
    return {str(path.parent.relative_to(storage)): json.loads(path.read_text())
            for path in sorted(storage.glob("**/package.json"))}


class Server:
    def __init__(self, storage, packages):
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        self.answers = {}
        for name, document in packages.items():
            for version in document["versions"].values():
                file = version["dist"]["tarball"].rsplit("/", 1)[1]
                version["dist"]["tarball"] = f"{self.url}{name}/-/{file}"
            self.answers["/" + name] = json.dumps(document).encode()
            for archive in (storage / name).glob("*.tgz"):
                self.answers[f"/{name}/-/{archive.name}"] = archive.read_bytes()
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def handler(server):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 20  # head and body in one piece

            def do_GET(self):
                body = server.answers.get(urllib.parse.unquote(self.path))
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass
        return Handler


def install(lpm, folder, environment, name, version, scopes, url):
    """The error's code, or what is wrong with the tree, or nothing."""
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir()
    (project / "package.json").write_text(json.dumps({"name": "app", "private": True, "dependencies": {name: version}}))
    (project / ".npmrc").write_text("".join(f"{scope}:registry={url}\n" for scope in scopes))
    done = subprocess.run([lpm, "install", "--json"], cwd=project, env=environment, capture_output=True, text=True,
                          timeout=120)
    if done.returncode != 0:
        try:
            return json.loads(done.stdout)["error"]["code"], done.stdout
        except (ValueError, KeyError):
            return f"exit {done.returncode}", done.stdout + done.stderr
    checked = subprocess.run(["node", str(TOP / "bench/validate.mjs"), str(project)], env=environment,
                             capture_output=True, text=True)
    return ("tree", checked.stdout + checked.stderr) if checked.returncode != 0 else (None, "")


def expected(name, version):
    for package, code, _ in EXPECTED:
        if package in (name, f"{name}@{version}"):
            return code
    return None


def run(arguments, folder):
    storage = fetched(folder)
    if storage is None:
        print("npm cannot fetch the package")
        return SKIPPED
    packages = packages_in(storage)
    server = Server(storage, packages)
    npm_packages = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True).stdout.strip()
    environment = {"HOME": str(folder / "home"), "LPM_HOME": str(folder / "lpm"), "PATH": os.environ["PATH"],
                   "LANG": "C.UTF-8", "NPM_PACKAGES": os.path.join(npm_packages, "npm", "node_modules")}
    (folder / "home").mkdir()
    scopes = sorted({name.split("/")[0] for name in packages})
    counts = {"good": 0, "failed as expected": 0, "wrong": 0}
    used = set()
    for name, document in packages.items():
        for version in document["versions"]:
            if arguments.only and not re.search(arguments.only, f"{name}@{version}"):
                continue
            print(f"{name}@{version}", end=" ", flush=True) if arguments.verbose else None
            outcome, text = install(arguments.lpm, folder, environment, name, version, scopes, server.url)
            wanted = expected(name, version)
            if outcome == wanted:
                counts["good" if outcome is None else "failed as expected"] += 1
                continue
            counts["wrong"] += 1
            print(f"{name}@{version}: {outcome or 'installs'}, expected {wanted or 'to install'}\n{text}")
    server.http.shutdown()
    print(f"{len(packages)} packages, {sum(counts.values())} versions: " +
          ", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["wrong"] or not counts["good"] else 0


def main():
    parser = argparse.ArgumentParser(description="installs the packages of a test registry")
    parser.add_argument("--lpm", default=str(TOP / "build/lpm"))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--only", help="only those whose name@version matches this pattern")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lpm-mock-") as folder:
        return run(arguments, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
