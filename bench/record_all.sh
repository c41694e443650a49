#!/bin/bash
# Fills STORE with what the tools ask for when they install FIXTURE..., from the registry that npm is configured with.
#
# usage: LPM=path PEERS=folder bench/record_all.sh STORE PORT FIXTURE...
set -euo pipefail
here=$(dirname "$(realpath "$0")")
store=$1 port=$2
shift 2
mkdir -p "$store"
store=$(realpath "$store")
work=$(mktemp -d)
node "$here/record.mjs" "$store" "$port" "$(npm config get registry 2>/dev/null)" >"$store/record.log" 2>&1 &
recorder=$!
trap 'kill $recorder 2>/dev/null; rm -rf "$work"' EXIT
sleep 1
kill -0 $recorder || { cat "$store/record.log" >&2; exit 1; }
for fixture in "$@"; do
  # Twice: what failed or was slow the first time is there the second.
  for _ in 1 2; do
    echo "recording $(basename "$fixture")"
    BENCH_WORK=$work LPM=${LPM:-} PEERS=$PEERS "$here/bench.py" "$fixture" "http://127.0.0.1:$port/" -n 1 -s cold \
      -t "${TOOLS:-bun,bun-iso,pnpm,utoo,npm,ours}" | grep -vE '^(##|tool)' || true
  done
done
echo "recorded: $(find "$store/tarballs" -name '*.tgz' | wc -l) tarballs, $(find "$store/full" -name '*.json' | wc -l) packages"
