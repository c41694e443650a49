#!/bin/bash
# Fuzzes each target for SECONDS, and until it has had a quarter as many of processor time, in slices of a minute, so that a
# run may be ended and taken up again; `build/fuzz/long/NAME.log` gets a line a slice: seconds, seconds of processor time,
# libFuzzer's last line. Exit status 1 when a promise was broken, with the input in build/fuzz/found. `--finish` copies the logs to
# tests/fuzz/logs and adds what reached new lines to the committed seeds.
#
# usage: tools/fuzz_long.sh SECONDS [NAME...]
#        tools/fuzz_long.sh --finish [NAME...]
#   LPM_FUZZ_JOBS=N   so many targets at a time (default: two per processor)
set -uo pipefail
cd "$(dirname "$(realpath "$0")")/.."
wanted=${1:?usage: $0 SECONDS [NAME...]}
shift
. tools/fuzz_targets.sh
mkdir -p build/fuzz/long

# Seconds of COLUMN of the log of NAME.
spent() { awk -v column="$2" '{ sum += $column } END { print int(sum) }' "build/fuzz/long/$1.log" 2>/dev/null || echo 0; }

slice() {  # NAME
  local name=$1 corpus=build/fuzz/corpus/$1 raw=build/fuzz/long/$1.raw status given
  mkdir -p "$corpus"
  mapfile -t given < <(given_to "$name")
  TIMEFORMAT='%R %U %S'
  local times
  times=$( { time nice -n 19 "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time=60 -timeout=10 -rss_limit_mb=1024 \
    -malloc_limit_mb=512 -max_len=65536 -artifact_prefix="build/fuzz/found/$name-" "$corpus" \
    "${given[@]}" >"$raw" 2>&1 </dev/null; } 2>&1)
  status=$(grep -acE 'does not hold|ERROR: |runtime error' "$raw")
  printf '%s %s\n' "$(awk '{ print $1, $2 + $3 }' <<<"$times")" "$(grep -aE '^#[0-9]+.*cov: ' "$raw" | tail -1)" \
    >>"build/fuzz/long/$name.log"
  [ "$status" = 0 ] || { printf '%s: %s\n' "$name" "$(grep -aE 'does not hold|ERROR: |runtime error' "$raw" | head -1)"; return 1; }
}

run() {  # NAME SECONDS
  while [ "$(spent "$1" 1)" -lt "$2" ] || [ "$(spent "$1" 2)" -lt $(($2 / 4)) ]; do slice "$1" || return 1; done
  printf '%-15s %5s s %5s s of processor  %s\n' "$1" "$(spent "$1" 1)" "$(spent "$1" 2)" \
    "$(tail -1 "build/fuzz/long/$1.log" | cut -d' ' -f3-)"
}

finish() {  # NAME
  mkdir -p tests/fuzz/logs
  cp "build/fuzz/long/$1.log" tests/fuzz/logs/
  "build/fuzz/tests/fuzz/fuzz_$1" -set_cover_merge=1 -use_counters=0 -max_len=2048 "tests/fuzz/corpus/$1" "build/fuzz/corpus/$1" 2>&1 | grep -a 'MERGE-OUTER.*new files' || true
}

if [ "$wanted" = --finish ]; then
  for name in "${names[@]}"; do finish "$name"; done
  exit 0
fi
export -f spent slice run
printf '%s\0' "${names[@]}" | xargs -0 -P "${LPM_FUZZ_JOBS:-$((2 * $(nproc)))}" -I '{}' bash -c 'run "$1" "$2"' run '{}' "$wanted"
