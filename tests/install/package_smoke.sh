#!/usr/bin/env bash
# Makes the Debian packages of a build and tries them: installs them with dpkg,
# starts the daemon as its unit says, looks at renders with each client, and
# removes them again.
#
#   tests/install/package_smoke.sh BUILD_DIRECTORY
#
# All of that happens over a copy of this system's files in memory (overlayfs in
# a mount namespace) that ends with the script; so it needs root. Exits with 77
# where that is not to be had.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d /tmp/goxel-packages.XXXXXX)
trap 'rm -rf "$work"' EXIT

[[ $(id -u) -eq 0 ]] && unshare --mount true 2>/dev/null || {
  echo "package_smoke: skipped; dpkg needs root and a mount namespace" >&2
  exit 77
}
scripts/package.sh "$work/packages" "$1" >/dev/null
mkdir "$work/system"
unshare --mount --pid --fork --kill-child \
  tests/install/in_copy_of_system.sh "$work/system" \
  "$PWD/tests/install/try_packages.sh" "$work/packages"
