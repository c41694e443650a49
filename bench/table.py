#!/usr/bin/env python3
"""One Markdown table a fixture of what bench.py wrote: medians, quartiles of ours, peak memory.

usage: table.py ROWS.json...
"""
import json
import statistics
import sys

from bench import quartiles, thrown_away

ORDER = ["ours", "ours-hst", "ours-glb", "bun", "bun-iso", "pnpm", "utoo", "npm", "lpm-rs", "floor"]
NAMES = {"cold": "cold", "coldlock": "lockfile only", "warm": "warm (lockfile and cache)",
         "warmnolock": "cache, no lockfile", "noop": "up to date"}


def main():
    groups = {}
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for row in json.load(file)["rows"]:
                groups.setdefault((row["fixture"], row["scenario"], row["label"]), []).append(row)
    for fixture in dict.fromkeys(key[0] for key in groups):
        mine = {key: rows for key, rows in groups.items() if key[0] == fixture}
        tools = [name for name in ORDER if any(row["tool"] == name for rows in mine.values() for row in rows)]
        print(f"\n| `{fixture}` | " + " | ".join(tools) + " |")
        print("|---" * (len(tools) + 1) + "|")
        memory = {}
        for (_, scenario, label), rows in sorted(mine.items(), key=lambda item: (list(NAMES).index(item[0][1]), item[0][2])):
            bad = thrown_away(rows)
            cells = []
            for tool in tools:
                good = [row for row in rows if row["tool"] == tool and row["round"] not in bad and row["rc"] == 0]
                low, middle, high = quartiles([row["wall"] for row in good]) if good else (0, 0, 0)
                spread = f" ({low:.3f}-{high:.3f})" if tool.startswith("ours") and good else ""
                cells.append(f"{middle:.3f}{spread}" if good else "")
                if good and scenario in ("cold", "warm") and not label.startswith("20"):
                    memory.setdefault(scenario, {})[tool] = statistics.median(row["rss"] for row in good)
            print(f"| {NAMES[scenario]}, {label or 'loopback'}, s | " + " | ".join(cells) + " |")
        for scenario, per in memory.items():
            print(f"| peak memory {scenario}, MB | " + " | ".join(f"{per[t]:.0f}" if t in per else "" for t in tools) + " |")


if __name__ == "__main__":
    main()
