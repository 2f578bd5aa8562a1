#!/usr/bin/env bash
# The main job, end to end: builds the daemon, starts it, renders the built-in
# scene at 4K into a mapped file, maps that file from another process, writes a
# PNG, and prints the paths and timings. Leaves nothing running.
#
#   scripts/run.sh [scene file] [picture.png]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh

scene=${1:-builtin:demo}
picture=${2:-$PWD/build/demo.png}
mkdir -p build
echo "building (first time: a few minutes) ..."
cmake --preset release >build/release.configure.log 2>&1 || {
  cat build/release.configure.log
  exit 1
}
cmake --build --preset release -j "$(nproc)" \
  --target goxel-daemon goxelctl goxel-map-example -- --quiet

# A private daemon: its own socket and directory, in memory where possible.
home=$(mktemp -d "$([[ -w /dev/shm ]] && echo /dev/shm || echo /tmp)/goxel-run.XXXXXX")
export GOXEL_SOCKET=$home/goxel.sock GOXEL_RENDER_DIR=$home/renders
build/release/daemon/goxel-daemon --purge-on-exit &
daemon=$!
trap 'kill $daemon 2>/dev/null; wait $daemon 2>/dev/null; rm -rf "$home"' EXIT
ctl=build/release/clients/cli/goxelctl
for _ in $(seq 200); do
  $ctl ping >/dev/null 2>&1 && break
  kill -0 $daemon 2>/dev/null || exit 1
  sleep 0.02
done

echo
echo "== rendering $scene at 3840 x 2160 into a mapped file"
reply=$($ctl --json render "$scene" --size 3840x2160 --mode mmap)
echo "$reply" | python3 -c '
import json, sys
reply = json.load(sys.stdin)["reply"]
render, file = reply["render"], reply["file"]
print("path           " + file["path"])
print("drawn in       %.1f ms (%s)" % (render["render_ms"], render["path"]))
print("handed over in %.3f ms" % render["transfer_ms"])'
path=$(echo "$reply" | python3 -c 'import json, sys; print(json.load(sys.stdin)["reply"]["file"]["path"])')

echo
echo "== mapping it from another process"
build/release/clients/cpp/goxel-map-example "$GOXEL_RENDER_DIR" "$path"

echo
echo "== the same view as a PNG"
start=$(date +%s%N)
$ctl render "$scene" --size 3840x2160 -o "$picture"
printf 'wrote %s in %d ms (load, draw, encode, write)\n' "$picture" \
  $((($(date +%s%N) - start) / 1000000))
