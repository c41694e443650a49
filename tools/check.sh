#!/bin/bash
# What needs no build: layers, generated documents in step, planted faults that apply, formatting.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
if git grep -nE '^(<<<<<<<|>>>>>>>) ' -- ':!src/lockfile/merge_conflict_test.cpp' ':!tests/fuzz/corpus' ':!tests/fuzz/crashes'; then
  echo "conflict markers" >&2
  exit 1
fi
tools/check_layers.py --check
tools/generate_docs.py --check
tools/contract_table.py --check-form
tools/kinds_table.py --check
git apply --check --unidiff-zero tests/fuzz/planted/*.patch
tools/format.sh --check
echo "format: ok"
