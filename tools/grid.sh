#!/bin/bash
# The grid: real frameworks, installed by lpm with its default settings and built. A row is a folder of tests/grid/
# with a project and a script `check`; docs/grid.md says how to add one.
#
# usage: tools/grid.sh [ROW ...]        LPM=path tries another binary
#
# Every row has a HOME of its own, so an install starts with an empty store. The build has loopback and no other
# network, where the kernel lets us make it so. Prints a line per row and brings tests/grid/results.tsv up to date.
# Exit status 1 when a row fails that tests/known_gaps.txt does not name.
set -uo pipefail
cd "$(dirname "$(realpath "$0")")/.."
top=$PWD
lpm=$(realpath "${LPM:-build/lpm}")
[ -x "$lpm" ] || { echo "grid: $lpm is missing; \`make\` builds it" >&2; exit 2; }
tools/fetch_node.sh build/node || exit 2
node_version=$(build/node/bin/node --version)
registry=$(npm config get registry 2>/dev/null)
cafile=$(npm config get cafile 2>/dev/null)
limit=900   # seconds for each of install and build

work=$top/build/grid
results=$top/tests/grid/results.tsv
mkdir -p "$work/bin"
ln -sfn "$lpm" "$work/bin/lpm"

# Without this a build that downloads would look as green as one that needs only what was installed.
offline=(unshare --map-root-user --net -- bash -c 'ip link set lo up && exec "$@"' offline)
if ! "${offline[@]}" true 2>/dev/null; then
  echo "grid: no private network namespace here: builds could reach the network" >&2
  offline=()
fi

# Runs a command in the row's project with nothing inherited.
in_row() {
  local row=$1
  shift
  (cd "$work/$row/project" && exec env -i HOME="$work/$row/home" TMPDIR="$work/$row/tmp" LANG=C.UTF-8 TERM=dumb \
    PATH="$work/bin:$top/build/node/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
    NEXT_TELEMETRY_DISABLED=1 ASTRO_TELEMETRY_DISABLED=1 NUXT_TELEMETRY_DISABLED=1 EXPO_NO_TELEMETRY=1 EXPO_OFFLINE=1 \
    DO_NOT_TRACK=1 timeout "$limit" "$@" </dev/null)
}

prepare() {
  local row=$1
  rm -rf "${work:?}/$row"
  mkdir -p "$work/$row/home" "$work/$row/tmp"
  cp -r "tests/grid/$row" "$work/$row/project"
  printf 'registry=%s\n' "$registry" >"$work/$row/home/.npmrc"
  if [ -n "$cafile" ] && [ "$cafile" != null ]; then printf 'cafile=%s\n' "$cafile" >>"$work/$row/home/.npmrc"; fi
}

# Prints ok, or the word for what went wrong; the log has the rest.
install() {
  local row=$1 log=$work/$1/install.log
  in_row "$row" lpm install >"$log" 2>&1 || { echo failed; return; }
  echo ok
}

# With the machine's own node: validate.mjs borrows a module of the npm beside it.
validate() {
  node bench/validate.mjs "$work/$1/project" >>"$work/$1/install.log" 2>&1 && echo ok || echo invalid
}

build() {
  in_row "$1" "${offline[@]}" bash -euo pipefail ./check >"$work/$1/build.log" 2>&1 && echo ok || echo failed
}

versions() {
  build/node/bin/node -e '
    const { dependencies = {}, devDependencies = {} } = JSON.parse(require("fs").readFileSync(process.argv[1]));
    console.log(Object.entries({ ...dependencies, ...devDependencies }).map((pair) => pair.join("@")).join(" "));
  ' "tests/grid/$1/package.json"
}

# Replaces the row's line, keeps the others.
record() {
  local row=$1 line=$2 header=$'row\tversions\tinstall\tbuild\tinstall_seconds\tbuild_seconds\tnode'
  { echo "$header"
    { if [ -e "$results" ]; then tail -n +2 "$results" | awk -F '\t' -v row="$row" '$1 != row'; fi; echo "$line"; } |
      LC_ALL=C sort; } >"$results.new"
  mv "$results.new" "$results"
}

seconds_since() { awk -v a="$1" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }'; }

if [ $# -eq 0 ]; then
  for folder in tests/grid/*/; do set -- "$@" "$(basename "$folder")"; done
fi
status=0
printf '%-24s %-8s %9s   %-8s %9s\n' row install seconds build seconds
for row in "$@"; do
  [ -f "tests/grid/$row/check" ] || { echo "grid: there is no row $row" >&2; exit 2; }
  prepare "$row"
  start=$(date +%s.%N)
  installed=$(install "$row")
  install_seconds=$(seconds_since "$start")   # without validation
  built=skipped build_seconds=0.0
  if [ "$installed" = ok ]; then
    installed=$(validate "$row")
    start=$(date +%s.%N)
    built=$(build "$row")
    build_seconds=$(seconds_since "$start")
  fi
  note=
  if [ "$installed $built" != "ok ok" ]; then
    if grep -q "^# grid\.$row " tests/known_gaps.txt; then note='known gap'; else note="see build/grid/$row/*.log" status=1; fi
  fi
  printf '%-24s %-8s %9s   %-8s %9s   %s\n' "$row" "$installed" "$install_seconds" "$built" "$build_seconds" "$note"
  record "$row" "$row"$'\t'"$(versions "$row")"$'\t'"$installed"$'\t'"$built"$'\t'"$install_seconds"$'\t'"$build_seconds"$'\t'"$node_version"
done
exit $status
