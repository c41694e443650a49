#!/bin/bash
# How much of each parser the seeds of tests/fuzz reach: builds the targets with clang's source coverage, replays
# tests/fuzz/corpus and tests/fuzz/crashes, and prints the lines that were run, per source file.
#
# usage: tools/fuzz_coverage.sh [NAME...]       without names: all targets
#   LPM_FUZZ_COVERAGE_LINES=1   also writes build/fuzz-coverage/NAME.txt, the sources with counts
#   LPM_FUZZ_FOUND=1            counts what earlier runs of tools/fuzz.sh found (build/fuzz/corpus) as well
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
# Target and the sources that it is there for.
parsers() {
  cat <<'TABLE'
bun_lock        foreign/bun_lock.cpp foreign/json_shapes.cpp
gzip            formats/gzip_frame.cpp formats/gzip_stream.cpp formats/gzip_whole.cpp formats/raw_inflate_isal.cpp formats/raw_inflate_zlib.cpp
ini             formats/ini.cpp
integrity       crypto/integrity.cpp
json            formats/json_parse.cpp formats/json_text.cpp formats/json_edit.cpp formats/json_layout.cpp formats/json_write.cpp
lockb           lockfile/read_image.cpp
lockfile        lockfile/parse_lockfile.cpp lockfile/parse_targets.cpp lockfile/toml_text.cpp lockfile/merge_conflict.cpp graph/keys.cpp
manifest        manifest/package_json.cpp
metadata_cache  registry/cache_format.cpp manifest/packument_layout.cpp manifest/packument.cpp
npmrc           config/file_layers.cpp config/expand_variables.cpp config/check_value.cpp config/credentials.cpp config/registries.cpp config/url.cpp config/edit_npmrc.cpp
package_index   store/package_index.cpp
package_lock    foreign/package_lock.cpp foreign/lock_builder.cpp foreign/preferred_graph.cpp
packument       manifest/packument_parse.cpp manifest/packument_builder.cpp manifest/packument_digest.cpp manifest/pick_version.cpp
patch           formats/patch.cpp
pnpm_lock       foreign/pnpm_lock.cpp
record_log      formats/record_log.cpp
rules           resolver/override_forms.cpp resolver/extensions.cpp resolver/peer_rules.cpp
script_closure  security/script_closure.cpp security/script_file.cpp security/js_tree.cpp security/js_names.cpp
script_triage   security/classify_command.cpp security/nested_install.cpp security/node_command.cpp security/paths.cpp security/program_rules.cpp security/programs.cpp security/raw_text_rules.cpp security/recipes.cpp security/shell_text.cpp
semver          semver/cursor.cpp semver/partial.cpp semver/range.cpp semver/range_parser.cpp semver/range_text.cpp semver/version.cpp
spec            manifest/spec.cpp manifest/git_spec.cpp manifest/hosted_git.cpp manifest/url.cpp manifest/name.cpp
tar             formats/tar_read.cpp formats/tar_block.cpp formats/tar_path.cpp formats/tar_write.cpp
toml            formats/toml.cpp
yaml            formats/yaml.cpp
yarn_berry      foreign/yarn_berry.cpp
yarn_classic    foreign/yarn_classic.cpp
TABLE
}
tools/install_packages.sh fuzz coverage
tools/quiet.sh cmake --preset fuzz-coverage
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(parsers | awk '{ print $1 }')
tools/quiet.sh nice -n 5 cmake --build --preset fuzz-coverage --target "${names[@]/#/fuzz_}"
out=build/fuzz-coverage
for name in "${names[@]}"; do
  folders=("tests/fuzz/corpus/$name")
  [ ! -d "tests/fuzz/crashes/$name" ] || folders+=("tests/fuzz/crashes/$name")
  [ -z "${LPM_FUZZ_FOUND:-}" ] || folders+=("build/fuzz/corpus/$name")
  LLVM_PROFILE_FILE="$out/$name.profraw" tools/quiet.sh "$out/tests/fuzz/fuzz_$name" "${folders[@]}"
  llvm-profdata-19 merge -sparse "$out/$name.profraw" -o "$out/$name.profdata"
  read -ra sources < <(parsers | awk -v name="$name" '$1 == name { $1 = ""; print }')
  sources=("${sources[@]/#/src/}")
  llvm-cov-19 export -summary-only -instr-profile="$out/$name.profdata" "$out/tests/fuzz/fuzz_$name" "${sources[@]}" |
    python3 -c '
import json, sys
for file in json.load(sys.stdin)["data"][0]["files"]:
    lines = file["summary"]["lines"]
    print("%-15s %5.1f %%  %4d of %4d lines  src/%s" % (sys.argv[1], lines["percent"], lines["covered"], lines["count"],
                                                       file["filename"].split("/src/", 1)[1]))
' "$name"
  [ -z "${LPM_FUZZ_COVERAGE_LINES:-}" ] ||
    llvm-cov-19 show -instr-profile="$out/$name.profdata" "$out/tests/fuzz/fuzz_$name" "${sources[@]}" >"$out/$name.txt"
done
