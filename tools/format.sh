#!/bin/bash
# Formats the C++ sources with Debian's clang-format 14, or checks that they are formatted.
#
# usage: tools/format.sh [--check] [FILE...]      without files: all of them
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
mode=(-i)
if [ "${1:-}" = --check ]; then mode=(--dry-run --Werror); shift; fi
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
  mapfile -t files < <(git ls-files '*.cpp' '*.h' ':!third_party' ':!tests/data')
fi
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -n 20 clang-format-14 "${mode[@]}"
