#!/bin/bash
# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes a bare Debian 12 root with nothing but Python 3 and proves that one command of a fresh
# checkout sets itself up there and makes a track. Needs root and debootstrap. By hand; not a test of
# the ordinary run.
#
#   tests/packaging/bare_root.sh TARGET-FOLDER [COMMAND...]
#
# COMMAND replaces the default `python3 dev.py run generate ...`. What a network behind a proxy or a
# local package mirror needs is handed in by these variables (space separated):
#   BARE_MIRROR  the Debian mirror                BARE_COPY  files to copy into the root
#   BARE_BIND    folders to show in the root      BARE_PASS  names of variables to hand on
#   BARE_KEEP=1  keep a root that is there already, to repeat the last step only
set -euo pipefail

target=$1
shift
checkout=$(cd "$(dirname "$0")/../.." && pwd)
bound=()

leave() {
  local place
  for place in "${bound[@]}"; do umount -l "$target$place" 2>/dev/null || true; done
}
trap leave EXIT

show() {
  mkdir -p "$target$1"
  mount --bind "$1" "$target$1"
  bound+=("$1")
}

if [ ! -x "$target/usr/bin/python3" ] || [ -z "${BARE_KEEP:-}" ]; then
  mkdir -p "$target"
  debootstrap --variant=minbase --include=python3 bookworm "$target" ${BARE_MIRROR:+"$BARE_MIRROR"}
fi

mkdir -p "$target/proc"
mount -t proc proc "$target/proc"
bound+=(/proc)
show /dev
cp -L /etc/resolv.conf /etc/hosts "$target/etc/" 2>/dev/null || true
for file in ${BARE_COPY:-}; do
  mkdir -p "$target$(dirname "$file")"
  cp -L "$file" "$target$file"
done
for folder in ${BARE_BIND:-}; do show "$folder"; done

# the checkout as a clone would be: what git knows or would add, no environment, no caches
rm -rf "$target/srv/musicgen" && mkdir -p "$target/srv/musicgen"
git -C "$checkout" ls-files -co --exclude-standard -z \
  | tar -C "$checkout" --null --ignore-failed-read -cf - -T - | tar -C "$target/srv/musicgen" -xf -

handed=(HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin)
for name in ${BARE_PASS:-}; do
  if [ -n "${!name:-}" ]; then handed+=("$name=${!name}"); fi
done

inside() { env -i "${handed[@]}" chroot "$target" /bin/sh -c 'cd /srv/musicgen && exec "$@"' sh "$@"; }

if [ $# -gt 0 ]; then
  inside "$@"
  exit
fi
inside python3 dev.py run generate "rainy night lo-fi, mellow rhodes, 75 bpm" \
  --duration 60 --json > "$target/tmp/track.json"
cat "$target/tmp/track.json"
inside python3 -c '
import json, os
track = json.load(open("/tmp/track.json"))
size = os.path.getsize(track["path"])
assert size > 100_000, size
print("made", track["path"], size, "bytes")'
