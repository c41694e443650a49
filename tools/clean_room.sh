#!/bin/bash
# Proves that the two commands of the README work on a bare Debian 12: a debootstrap in which there is nothing but make, a
# clone, this machine's certificate authorities, its apt sources and proxy, and the registry that npm is
# configured with.
#
# usage: tools/clean_room.sh [--cache FOLDER] [--keep] [COMMAND...]
#   --cache FOLDER   keeps the base system (about 100 MB) for the next run; default: a temporary folder
#   --keep           leaves the room standing and prints where
#   COMMAND          run in the clone, one shell line each; default: "make demo" "make test"
# Needs root, debootstrap, and git's committed state: what is not committed does not take part.
set -euo pipefail
top=$(cd "$(dirname "$(realpath "$0")")/.." && pwd)
cache=
keep=
while [ $# -gt 0 ]; do
  case $1 in
    --cache) cache=$(mkdir -p "$2" && realpath "$2"); shift 2 ;;
    --keep) keep=1; shift ;;
    -*) echo "unknown option $1" >&2; exit 2 ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || set -- "make demo" "make test"
[ "$(id -u)" = 0 ] || { echo "clean_room: needs root for chroot" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "clean_room: needs debootstrap" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/clean-room.XXXXXX")
room=$work/room
mkdir "$room"
[ -n "$cache" ] || cache=$work
leave() {
  # The mounts are in a namespace of their own and gone by now.
  if [ -n "$keep" ]; then echo "clean_room: kept in $room"; else rm -rf --one-file-system "$work"; fi
}
trap leave EXIT

base=$cache/bookworm-base.tar
mirror=$(grep -hoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -1 | tr -d ' ' || true)
if [ ! -e "$base" ]; then
  echo "clean_room: making the base system"
  debootstrap --variant=minbase --include=ca-certificates,make bookworm "$work/base" "${mirror:-http://deb.debian.org/debian}" >"$work/debootstrap.log" 2>&1 ||
    { tail -20 "$work/debootstrap.log" >&2; exit 1; }
  rm -rf "$work/base/var/cache/apt/archives"/*.deb
  tar -C "$work/base" -cf "$base.new" . && mv "$base.new" "$base"
  rm -rf "$work/base"
fi
tar -C "$room" -xf "$base"

# Handed over: certificate authorities, apt's sources of Debian and its proxy, name resolution, the registry.
cp -L /etc/resolv.conf "$room/etc/resolv.conf"
cp -L /etc/ssl/certs/ca-certificates.crt "$room/etc/ssl/certs/ca-certificates.crt"
mkdir -p "$room/usr/local/share/ca-certificates"
if compgen -G '/usr/local/share/ca-certificates/*' >/dev/null; then
  cp -rL /usr/local/share/ca-certificates/. "$room/usr/local/share/ca-certificates/"
fi
for file in $(grep -lsE 'debian\.org|/debian' /etc/apt/sources.list /etc/apt/sources.list.d/*); do
  cp "$file" "$room$file"
done
[ -e "$room/etc/apt/sources.list.d/debian.sources" ] && rm -f "$room/etc/apt/sources.list"
for file in $(grep -lsiE 'proxy|Verify|CaInfo' /etc/apt/apt.conf /etc/apt/apt.conf.d/*); do cp "$file" "$room$file"; done
variables=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}")
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  [ -n "${!name:-}" ] && variables+=("$name=${!name}")
done
registry=$(npm config get registry 2>/dev/null || true)
[ -n "$registry" ] && variables+=("npm_config_registry=$registry")
variables+=(npm_config_cafile=/etc/ssl/certs/ca-certificates.crt NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt)

mkdir -p "$room/root"
git clone -q --no-local --no-hardlinks "$top" "$room/root/lpm"
git -C "$room/root/lpm" remote remove origin

status=0
for command in "$@"; do
  printf '\nclean_room: $ %s\n' "$command"
  begin=$SECONDS
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child \
    bash -c 'mount --bind "$0" "$0" && mount -t proc proc "$0/proc" && mount --rbind /sys "$0/sys" && mount --rbind /dev "$0/dev" && room=$0 && shift 0 && exec chroot "$room" env -i "${@:2}" bash -c "cd /root/lpm && $1"' \
    "$room" "$command" "${variables[@]}" </dev/null || status=$?
  printf 'clean_room: `%s` ended with status %d after %d s\n' "$command" "$status" $((SECONDS - begin))
  [ "$status" -eq 0 ] || break
done
exit "$status"
