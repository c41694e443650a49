#!/usr/bin/env python3
"""Contracts B.1 and F.3: SIGKILL at random moments of every command that changes something.

For each command the median time T of whole runs is measured; moments are drawn uniformly from 0 to 1.1 T, and a kill
counts only when it hit a living process. Then, for phases that were hit less than --per-phase times, the kill is
aimed: a random moment within the phase, counted apart in the histogram. After each kill: package.json is as before or
as after, lpm.lock absent, as before or as after; one more install succeeds, its tree is the one that belongs to these
two files and passes the validator; `store verify` finds nothing. At the end a table for docs/testing.md.
"""
import os
import signal
import statistics
import subprocess
import time
from pathlib import Path

import storm

PHASES = ["load", "resolve", "fetch", "link", "commit", "end"]


class Command:
    def __init__(self, name, arguments, template):
        self.name, self.arguments, self.template = name, arguments, template
        self.before = self.after = None  # (package.json, lpm.lock)
        self.tree = None


def phase_of(stderr_file):
    """The phase in which the process was, from the lines of LPM_LOG=perf that it had printed."""
    done = [line.split()[0][5:] for line in Path(stderr_file).read_text(errors="replace").splitlines()
            if line.startswith("perf.")]
    reached = [PHASES.index(p) for p in done if p in PHASES]
    return PHASES[min(max(reached) + 1, len(PHASES) - 1)] if reached else PHASES[0]


class Storm:
    def __init__(self, options, work, registry):
        self.options = options
        self.registry = registry
        self.place = storm.Workplace(work, os.path.abspath(options.lpm), registry.url)
        self.rng = storm.random.Random(options.seed)
        self.faults = storm.Faults()
        self.stderr = str(Path(work) / "stderr")
        self.histogram = {}

    def prepare(self):
        place = self.place
        manifest = storm.manifest_of(self.options.packages)
        place.begin(manifest)
        place.keep_as("cold")
        self.must(place.run("install"))
        place.keep_as("installed")
        self.installed_tree = storm.tree_of(place.project)
        storm.shutil.rmtree(place.project / "node_modules")
        storm.shutil.rmtree(place.project / ".lpm")
        place.keep_as("warm")
        place.take("installed")
        self.must(place.run("install", "-g", "tool@1.0.0"))
        place.keep_as("global")
        self.registry.load(storm.newer(self.options.packages, self.options.seed))

    def must(self, ran):
        if ran.returncode != 0:
            raise SystemExit(f"storm: cannot prepare: {ran.args}\n{ran.stdout}{ran.stderr}")

    def measure(self, command, times=5):
        """Whole runs; the state before and after, and T."""
        taken = []
        for _ in range(times):
            self.place.take(command.template)
            command.before = (self.place.manifest(), self.place.lockfile())
            begin = time.perf_counter()
            self.must(self.place.run(*command.arguments))
            taken.append(time.perf_counter() - begin)
        command.after = (self.place.manifest(), self.place.lockfile())
        command.tree = storm.tree_of(self.place.project)
        return statistics.median(taken)

    def kill_at(self, command, moment, aimed_phase=None):
        """True when a living process was hit."""
        self.place.take(command.template)
        with open(self.stderr, "wb") as stderr:
            child = self.place.start(command.arguments, stderr)
        begin = time.perf_counter()
        if aimed_phase:
            while phase_of(self.stderr) != aimed_phase and child.poll() is None:
                pass
            begin = time.perf_counter()
        while time.perf_counter() - begin < moment:
            time.sleep(max(0, min(0.002, moment - (time.perf_counter() - begin))))
        living = child.poll() is None
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return child.wait() == -signal.SIGKILL and living

    def check(self, command, where):
        place, faults = self.place, self.faults
        if place.manifest() not in (command.before[0], command.after[0]):
            faults.add(where, "manifest: neither as before nor as after")
        if place.lockfile() not in (None, command.before[1], command.after[1]) or \
           (place.lockfile() is None and command.before[1] is not None):
            faults.add(where, "lockfile: half")
        if command.template == "global":
            return self.check_global(command, where)
        ran = place.run("install")
        if ran.returncode != 0:
            return faults.add(where, f"next install: status {ran.returncode}: {ran.stderr[-400:]}")
        state = (place.manifest(), place.lockfile())
        if state not in (command.before, command.after) and command.before[1] is not None:
            faults.add(where, "state: manifest and lockfile do not belong together")
        wanted = command.tree if state == command.after else self.installed_tree
        if different := storm.difference(storm.tree_of(place.project), wanted):
            faults.add(where, f"tree: {different}")
        if problem := storm.validate(place.project):
            faults.add(where, f"validator: {problem}")
        self.check_store(where)

    def check_global(self, command, where):
        ran = self.place.run("global", "list", "--json")
        if ran.returncode != 0:
            return self.faults.add(where, f"global list: status {ran.returncode}: {ran.stderr[-400:]}")
        ran = self.place.run(*command.arguments)
        if ran.returncode not in ((0,) if command.name == "install -g" else (0, 80)):  # 80: it was uninstalled before the kill
            return self.faults.add(where, f"again: status {ran.returncode}: {ran.stderr[-400:]}")
        tool = self.place.home / ".lpm/bin/tool"
        if command.name == "install -g":
            ran = subprocess.run([str(tool)], capture_output=True, text=True)
            if ran.stdout != "tool 1.1.0\n":
                self.faults.add(where, f"command: {ran.stdout}{ran.stderr[-300:]}")
        elif tool.is_symlink():
            self.faults.add(where, "command: left behind")
        roots = list((self.place.home / ".lpm/global/roots").iterdir())
        if len(roots) != (1 if command.name == "install -g" else 0):
            self.faults.add(where, f"roots: {[r.name for r in roots]}")
        self.check_store(where)

    def check_store(self, where):
        ran = self.place.run("store", "verify")
        if ran.returncode != 0:
            self.faults.add(where, f"store verify: {ran.stdout[-300:]}{ran.stderr[-300:]}")

    def strike(self, command, moment, aimed_phase=None):
        if not self.kill_at(command, moment, aimed_phase):
            return False
        phase = phase_of(self.stderr)
        if aimed_phase and phase != aimed_phase:
            return False
        key = (command.name, phase)
        drawn, aimed = self.histogram.get(key, (0, 0))
        self.histogram[key] = (drawn + (not aimed_phase), aimed + bool(aimed_phase))
        self.check(command, f"{command.name} killed in {phase} at {moment * 1000:.1f} ms")
        return True

    def rage(self, command, kills):
        whole = self.measure(command)
        hits = missed = 0
        while hits < kills:
            if self.strike(command, self.rng.uniform(0, 1.1 * whole)):
                hits += 1
            else:
                missed += 1
        print(f"{command.name}: T {whole * 1000:.0f} ms, {hits} kills, {missed} came too late", flush=True)

    def aim(self, commands):
        """Short phases: until each was hit often enough, over all commands."""
        for phase in PHASES:
            tries = 0
            while self.hits_in(phase) < self.options.per_phase and tries < 100 * self.options.per_phase:
                self.strike(commands[tries % len(commands)], self.rng.uniform(0, 0.002), phase)
                tries += 1
            if self.hits_in(phase) < self.options.per_phase:
                self.faults.add(phase, f"histogram: only {self.hits_in(phase)} kills in {tries} more runs")

    def hits_in(self, phase):
        return sum(drawn + aimed for (_, p), (drawn, aimed) in self.histogram.items() if p == phase)

    def show(self, commands):
        """A table for the documents; a+b: a drawn uniformly over the command's length, b aimed at the phase."""
        print("\n| killed in | " + " | ".join(c.name for c in commands) + " | all |")
        print("|---" * (len(commands) + 2) + "|")
        for phase in PHASES:
            row = [self.histogram.get((c.name, phase), (0, 0)) for c in commands]
            cells = " | ".join(f"{d}+{a}" if a else str(d) for d, a in row)
            print(f"| {phase} | {cells} | {self.hits_in(phase)} |")
        totals = [sum(d + a for (name, _), (d, a) in self.histogram.items() if name == c.name) for c in commands]
        print(f"| all | {' | '.join(map(str, totals))} | {sum(totals)} |", flush=True)


def main():
    p = storm.parser(__doc__.splitlines()[0], 500)
    p.add_argument("--per-phase", type=int, default=10)
    options = p.parse_args()
    work = options.work or storm.default_work()
    registry = storm.Registry(options.registry, work, storm.universe(options.packages, options.seed))
    try:
        rage = Storm(options, work, registry)
        rage.prepare()
        commands = [
            Command("cold", ["install"], "cold"),
            Command("warm", ["install"], "warm"),
            Command("add", ["install", "tool"], "installed"),
            Command("uninstall", ["uninstall", "p1", "p2", "p3"], "installed"),
            Command("update", ["update", "--save"], "installed"),
            Command("install -g", ["install", "-g", "tool"], "global"),
            Command("uninstall -g", ["uninstall", "-g", "tool"], "global"),
        ]
        for command in commands:
            rage.rage(command, -(-options.rounds // len(commands)))
        rage.aim(commands[:5])
        rage.show(commands)
        rage.faults.end()
    finally:
        registry.stop()
        if not options.work:
            storm.shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
