#!/bin/bash
# Installs the Debian packages of tools/debian_packages.txt that are missing; asks no one and needs no network when
# all are there.
#
# usage: tools/install_packages.sh PURPOSE...      PURPOSE: build, test, bench, fuzz, coverage
set -euo pipefail
here=$(dirname "$(realpath "$0")")
[ $# -gt 0 ] || { echo "usage: $0 PURPOSE..." >&2; exit 2; }

is_installed() {  # PACKAGE [COMMAND]
  if [ -n "${2:-}" ] && command -v "$2" >/dev/null 2>&1; then return 0; fi
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=()
purpose=
while read -r package command; do
  case $package in
    '' | '#'*) ;;
    '['*) purpose=${package//[\[\]]/} ;;
    *) if [[ " $* " == *" $purpose "* ]] && ! is_installed "$package" "$command"; then missing+=("$package"); fi ;;
  esac
done < "$here/debian_packages.txt"

if [ ${#missing[@]} -eq 0 ]; then
  echo "packages: all there ($*)"
  exit 0
fi
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
echo "packages: installing ${missing[*]}"
command -v apt-get >/dev/null || { echo "packages: there is no apt-get here; install these yourself" >&2; exit 1; }
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "packages: run this as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo -n env DEBIAN_FRONTEND=noninteractive)
fi
export DEBIAN_FRONTEND=noninteractive

apt() {  # quiet; the log shows when all attempts failed
  local attempt log
  log=$(mktemp)
  for attempt in 1 2 3; do
    if "${as_root[@]}" apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1 </dev/null; then
      rm -f "$log"
      return 0
    fi
    echo "packages: apt-get $1 failed (attempt $attempt of 3)" >&2
    sleep $((attempt * 5))
  done
  cat "$log" >&2
  rm -f "$log"
  return 1
}

apt update
apt install -y --no-install-recommends "${missing[@]}"
echo "packages: done"
