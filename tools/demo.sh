#!/bin/bash
# The demo: installs examples/next-app with build/lpm and builds it with Next.js.
#
# usage: tools/demo.sh        LPM=path tries another binary
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
lpm=$(realpath "${LPM:-build/lpm}")
tools/fetch_node.sh build/node
export PATH="$PWD/build/node/bin:$PATH" NEXT_TELEMETRY_DISABLED=1
app=$PWD/build/demo/next-app
mkdir -p build/demo
if [ -e "$app" ]; then mkdir -p build/demo/old && mv "$app" "build/demo/old/$(date +%s%N)"; fi
cp -r examples/next-app "$app"
cd "$app"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
say "\$ lpm install      # in a copy of examples/next-app"
"$lpm" install
say "\$ lpm install      # again: all is there"
"$lpm" install
say "\$ next build       # Node $(node --version)"
node_modules/.bin/next build
say "The app is in $app; to run it: cd there, then node_modules/.bin/next start"
