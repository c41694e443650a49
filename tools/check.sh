#!/bin/bash
# What needs no build: layers, generated documents in step, formatting.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
tools/check_layers.py --check
tools/generate_docs.py --check
tools/contract_table.py --check-form
tools/format.sh --check
echo "format: ok"
