#!/bin/bash
# Unit tests under sanitizers: those of every module with AddressSanitizer and UndefinedBehaviorSanitizer, those of the
# modules with threads with ThreadSanitizer as well. With --all every test but the long ones, with the sanitized lpm.
#
# usage: tools/sanitizers.sh [--all]
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
jobs=$(nproc)
export ASAN_OPTIONS=abort_on_error=1:detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
threaded='base net registry store linker'
mapfile -t tested < <(awk '/^[0-9]/ { print $2 }' src/layers.txt |
  while read -r module; do compgen -G "src/$module/*_test.cpp" >/dev/null && echo "$module"; done)

run() {  # PRESET PATTERN [TARGET...]
  local preset=$1 pattern=$2 begin=$SECONDS built
  shift 2
  tools/quiet.sh cmake --preset "$preset"
  tools/quiet.sh cmake --build --preset "$preset" ${1:+--target "$@"}
  built=$SECONDS
  tools/quiet.sh ctest --test-dir "build/$preset" --output-on-failure -j "$jobs" -R "$pattern" -LE 'long|registry' \
    --no-tests=error </dev/null
  printf '%-11s ok: built in %d s, tested in %d s\n' "$preset" $((built - begin)) $((SECONDS - built))
}

any_of() { local IFS='|'; echo "^($*)\\."; }

if [ "${1:-}" = --all ]; then
  run asan-ubsan .
  run tsan "$(any_of base os net registry store linker ops integration cli)"
else
  # shellcheck disable=SC2086
  { run asan-ubsan "$(any_of "${tested[@]}")" "${tested[@]/%/_test}"
    run tsan "$(any_of $threaded)" ${threaded// /_test }_test; }
fi
