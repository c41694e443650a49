#!/bin/bash
# Runs the fuzz targets of tests/fuzz for SECONDS each, from their seeds, saved crashers, and what earlier runs found
# (build/fuzz/corpus). One line a target; exit status 1 when a promise was broken, with the input in build/fuzz/found.
# Such an input, made small by `TARGET -minimize_crash=1`, goes to tests/fuzz/crashes/NAME with the fix.
#
# usage: tools/fuzz.sh SECONDS [NAME...]
#   LPM_FUZZ_JOBS=N   so many targets at a time (default: one per processor)
#   LPM_FUZZ_SEED=N   the same inputs in the same order each time, 300 a second asked for, from the committed seeds alone; for CI, where a
#                     change should be judged by what it changed. Without it every run looks elsewhere.
set -uo pipefail
cd "$(dirname "$(realpath "$0")")/.."
seconds=${1:?usage: $0 SECONDS [NAME...]}
shift
. tools/fuzz_targets.sh
mkdir -p build/fuzz/log

run() {  # NAME SECONDS
  local name=$1 log=build/fuzz/log/$1 corpus=build/fuzz/corpus/$1 options=() verdict=ok last
  mkdir -p "$corpus"
  if [ -n "${LPM_FUZZ_SEED:-}" ]; then
    corpus=$(mktemp -d "build/fuzz/seeded.$name.XXXXXX")
    options+=("-seed=$LPM_FUZZ_SEED" "-runs=$((300 * $2))")
  fi
  local given
  mapfile -t given < <(given_to "$name")
  # The time limit of one input is far above what any needs, because sanitizers and busy machines are slow.
  nice -n 5 "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$2" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=512 \
    -max_len=65536 -print_final_stats=1 -artifact_prefix="build/fuzz/found/$name-" "${options[@]}" "$corpus" "${given[@]}" \
    >"$log" 2>&1 </dev/null || verdict=FAILED
  [ -z "${LPM_FUZZ_SEED:-}" ] || rm -rf "$corpus"
  last=$(grep -aE '^#[0-9]+.*cov: ' "$log" | tail -1)
  field() { grep -aoE "$1: *[0-9]+" <<<"$2" | grep -oE '[0-9]+$' | tail -1; }
  local figures
  figures=$(printf '%-15s %8s execs/s %6s edges %5s inputs %5s MB' "$name" "$(field exec/s "$last")" \
    "$(field cov "$last")" "$(grep -aoE 'corp: [0-9]+' <<<"$last" | grep -oE '[0-9]+')" "$(field rss "$last")")
  if [ $verdict = ok ]; then
    printf '%s  ok\n' "$figures"
  else
    printf '%s  FAILED: %s\n%46s%s\n' "$figures" \
      "$(grep -aE 'does not hold|ERROR: |runtime error|libFuzzer: ' "$log" | head -1 | cut -c1-110)" '' \
      "$(grep -aoE 'build/fuzz/found/[^ ]+' "$log" | tail -1)"
    return 1
  fi
}
export -f run

printf '%s\0' "${names[@]}" | xargs -0 -P "${LPM_FUZZ_JOBS:-$(nproc)}" -I '{}' bash -c 'run "$1" "$2"' run '{}' "$seconds"
