#!/bin/bash
# `make bench`: lpm beside its peers on a recording of the registry, and the table of results.
#
# usage: bench/run.sh            environment, with defaults:
#   ROUNDS=5                     20 and more for a claim
#   TOOLS=ours,...               names from bench.py
#   PEERS=build/bench/peers      filled by peers.sh when missing
#   BENCH_STORE=build/bench/store   filled from the registry when missing (record_all.sh)
#   BENCH_WORK=                  a folder; else tmpfs when there is room, else build/bench/work
#   BENCH_OUT=build/bench/out    raw rows, one JSON file a run
#   LPM=                         another binary instead of a fresh release build
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
rounds=${ROUNDS:-5}
tools=${TOOLS:-ours,ours-hst,ours-glb,bun,bun-iso,pnpm,utoo,lpm-rs}
export PEERS=${PEERS:-$PWD/build/bench/peers}
store=${BENCH_STORE:-build/bench/store}
out=${BENCH_OUT:-build/bench/out}
say() { printf '\n== %s\n' "$*" >&2; }

say "packages and programs"
tools/install_packages.sh build bench >&2
tools/quiet.sh cmake --preset release -DLPM_TESTS=OFF -DLPM_BENCH=ON
tools/quiet.sh cmake --build --preset release --target lpm bench_delay bench_floor
export LPM=${LPM:-$PWD/build/release/lpm}
programs=$PWD/build/release/bench
if [ ! -d "$PEERS" ]; then
  say "peers"
  bench/peers.sh "$PEERS" >&2
fi
if [ ! -d "$store/tarballs" ]; then
  say "recording, once; needs the registry"
  mkdir -p "$store"
  echo 5873 >"$store/port"
  bench/record_all.sh "$store" 5873 bench/fixtures/large bench/fixtures/alotta >&2
  node bench/sanitize.mjs "$store" >&2
fi
store=$(realpath "$store")
port=$(cat "$store/port" 2>/dev/null || echo 5873)

if [ -z "${BENCH_WORK:-}" ]; then
  free_mb=$(df -m --output=avail /dev/shm 2>/dev/null | tail -1 || echo 0)
  if [ "$free_mb" -gt 6000 ]; then BENCH_WORK=$(mktemp -d /dev/shm/lpm-bench.XXXXXX); made=$BENCH_WORK; else BENCH_WORK=$PWD/build/bench/work; fi
fi
export BENCH_WORK
mkdir -p "$BENCH_WORK" "$out"
delay=
stop() {
  [ -z "$delay" ] || kill "$delay" 2>/dev/null || true
  delay=
  if [ -s "$store/nginx.pid" ]; then
    local pid
    pid=$(cat "$store/nginx.pid")
    kill "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  fi
}
trap 'stop; [ -z "${made:-}" ] || rm -rf "$made"' EXIT

one() {  # FIXTURE SCENARIOS ROUND_TRIP_MS
  say "$1: $2, round trip $3 ms"
  bench/bench.py "bench/fixtures/$1" "http://127.0.0.1:$port/" -n "$rounds" -s "$2" -t "$tools" --label "$3 ms" \
    --floor "$programs/bench_floor" --store "$store" --json "$out/$1-$3ms.json"
}

stop
bench/serve.sh "$store" "$port" $((port + 2))
one large cold,warmnolock,warm,noop 0
one alotta cold,warm,noop 0
stop
bench/serve.sh "$store" $((port + 1)) $((port + 2))
"$programs/bench_delay" "$port" $((port + 1)) 10 &
delay=$!
sleep 0.3
one large cold,coldlock 20
stop

say "table"
bench/table.py "$out"/*.json
