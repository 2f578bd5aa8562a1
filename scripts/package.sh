#!/usr/bin/env bash
# Makes the Debian packages, from the release build unless told another:
#
#   scripts/package.sh [target directory] [build directory]
#
# goxel-daemon, libgoxel0, libgoxel-dev, python3-goxel-client and goxel-mcp go to
# build/packages unless told otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${1:-build/packages}")
build=${2:-build/release}
if [[ ! -e $build/CMakeCache.txt ]]; then
  scripts/setup.sh
  cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo >/dev/null
fi
cmake --build "$build" -j "$(nproc)" \
  --target goxel-daemon goxel-script goxelctl goxel_client goxel_c -- --quiet
[[ -e clients/mcp/dist/goxel-mcp.mjs ]] || scripts/check_mcp.sh --bundle

mkdir -p "$target"
rm -f "$target"/*.deb
log=$target/cpack.log
(umask 022; cpack -B "$target" --config "$build/CPackConfig.cmake") >"$log" 2>&1 || {
  cat "$log"
  exit 1
}
rm -rf "$log" "$target/_CPack_Packages"
ls "$target"/*.deb
