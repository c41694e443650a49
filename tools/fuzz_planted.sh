#!/bin/bash
# Do the fuzz targets find faults? Each patch of tests/fuzz/planted puts one off-by-one into one source file of a parser;
# this compiles a copy of that file, links the target with it, and fuzzes from the committed seeds alone. One line a
# patch; exit status 1 when a planted fault was not found.
#
# usage: tools/fuzz_planted.sh [SECONDS [NAME...]]      SECONDS: the most for each (default 300)
set -uo pipefail
cd "$(dirname "$(realpath "$0")")/.."
seconds=${1:-300}
shift || true
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for patch in tests/fuzz/planted/*.patch; do name=${patch##*/}; names+=("${name%.patch}"); done
fi
tools/install_packages.sh fuzz || exit 1
tools/quiet.sh cmake --preset fuzz || exit 1
# A patch is named after its target, or TARGET-anything.
targets=("${names[@]%%-*}")
tools/quiet.sh nice -n 5 cmake --build --preset fuzz --target "${targets[@]/#/fuzz_}" || exit 1
export ASAN_OPTIONS=quarantine_size_mb=32
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The object of the patched copy stands before the libraries, so that the linker has no need of theirs.
build_planted() {  # NAME
  local name=$1 target=fuzz_${1%%-*} patch=tests/fuzz/planted/$1.patch source
  source=$(sed -n 's|^+++ b/||p' "$patch" | cut -f1)
  mkdir -p "$scratch/$name/$(dirname "$source")"
  cp "$source" "$scratch/$name/$source"
  patch -s -p1 -d "$scratch/$name" <"$patch" >/dev/null || { echo "$patch does not apply"; return 1; }
  python3 - "$source" "$scratch/$name/$source" "$scratch/$name/planted.o" "$target" "$scratch/$name/$target" <<'PYTHON'
import json, os, shlex, subprocess, sys
source, copy, built, target, program = sys.argv[1:]
build = os.path.abspath("build/fuzz")
commands = json.load(open(build + "/compile_commands.json"))
entry = next(e for e in commands if os.path.realpath(e["file"]) == os.path.realpath(source))
words = shlex.split(entry["command"])
words[words.index("-o") + 1] = built
words[words.index("-c") + 1] = copy
words += ["-iquote", os.path.abspath(os.path.dirname(source))]
subprocess.run(words, cwd=build, check=True)
link = subprocess.run(["ninja", "-t", "commands", target], cwd=build, check=True, capture_output=True, text=True)
words = shlex.split(link.stdout.splitlines()[-1])
words = words[words.index("&&") + 1:] if words[0] == ":" else words
words = words[:words.index("&&")] if "&&" in words else words
words[words.index("-o") + 1] = program
at = next(i for i, word in enumerate(words) if word.endswith(".o"))
words.insert(at, built)
subprocess.run(words, cwd=build, check=True)
PYTHON
}

status=0
for name in "${names[@]}"; do
  target=${name%%-*} log=$scratch/$name.log
  build_planted "$name" >"$log" 2>&1 || { printf '%-18s cannot be built\n' "$name"; cat "$log"; status=1; continue; }
  mkdir -p "$scratch/$name/corpus"
  begin=$(date +%s.%N)
  if (cd "$scratch/$name" && nice -n 5 "./fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
    -artifact_prefix="$scratch/$name/" corpus "$OLDPWD/tests/fuzz/corpus/$target") >"$log" 2>&1 </dev/null; then
    printf '%-18s NOT FOUND in %s s, %s runs\n' "$name" "$seconds" "$(grep -aoE '^Done [0-9]+' "$log" | grep -oE '[0-9]+')"
    status=1
  else
    printf '%-18s found after %5.1f s: %s\n' "$name" "$(awk -v a="$begin" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')" \
      "$(grep -aE 'does not hold|ERROR: |runtime error|Assertion|terminate called' "$log" | head -1 | cut -c1-100)"
  fi
done
exit $status
