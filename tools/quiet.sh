#!/bin/bash
# Runs a command and shows its output only when it fails.
log=$(mktemp)
"$@" >"$log" 2>&1
status=$?
[ $status -eq 0 ] || cat "$log" >&2
rm -f "$log"
exit $status
