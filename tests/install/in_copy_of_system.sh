#!/usr/bin/env bash
# Runs a command over a copy of this system's files, where it may change what it
# likes. In a mount and a pid namespace of its own alone: unshare --mount --pid.
#
#   in_copy_of_system.sh EMPTY_DIRECTORY COMMAND [ARGUMENT ...]
set -euo pipefail

place=$1
shift
mount --make-rprivate /
mount -t tmpfs tmpfs "$place"
mkdir "$place"/{changes,work,root}
mount -t overlay overlay "$place/root" \
  -o "lowerdir=/,upperdir=$place/changes,workdir=$place/work" || exit 77
mount -t proc proc "$place/root/proc"
mount --rbind /dev "$place/root/dev"
# As after a start of the system.
mount -t tmpfs tmpfs "$place/root/run"
exec chroot "$place/root" "$@"
