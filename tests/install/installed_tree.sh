#!/usr/bin/env bash
# Installs a build into a temporary prefix, moves that elsewhere, builds the
# examples against it by CMake and by pkg-config, and runs them with the
# installed daemon.
#
#   tests/install/installed_tree.sh BUILD_DIRECTORY
set -euo pipefail

build=$1
work=$(mktemp -d /tmp/goxel-installed.XXXXXX)
daemon=
finish() {
  [[ -z $daemon ]] || { kill "$daemon" && wait "$daemon"; } 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

fail() {
  echo "installed_tree: $*" >&2
  exit 1
}

cmake --install "$build" --prefix "$work/installed" >/dev/null
mv "$work/installed" "$work/moved"
prefix=$work/moved
libraries=$(dirname "$(find "$prefix" -name libgoxel.so)")
examples=$prefix/share/doc/libgoxel-dev/examples

# What users include needs the headers of Boost.Interprocess and tl::expected,
# and of nothing else.
others=$(grep -rhoE '#include <[a-z_]+/[^>]*>' "$prefix/include" | sort -u |
  grep -vE '<(sys|boost/interprocess|tl)/' || true)
[[ -z $others ]] || fail "the installed headers include $others"

# Each of the C++ headers by itself.
for header in "$prefix"/include/goxel/clients/cpp/*.h; do
  echo "#include \"clients/cpp/${header##*/}\"" >"$work/alone.cc"
  c++ -std=c++20 -fsyntax-only -I"$prefix/include/goxel" "$work/alone.cc"
done

cmake -S "$examples" -B "$work/by-cmake" -DCMAKE_PREFIX_PATH="$prefix" \
  -DCMAKE_BUILD_TYPE=Release >"$work/log" || { cat "$work/log"; exit 1; }
cmake --build "$work/by-cmake" >"$work/log" || { cat "$work/log"; exit 1; }

export PKG_CONFIG_PATH=$libraries/pkgconfig
mkdir "$work/by-pkg-config"
# shellcheck disable=SC2046  # Flags are words.
cc -std=c99 -pedantic -Wall -Wextra -Werror "$examples/render_picture.c" \
  -o "$work/by-pkg-config/render_picture" $(pkg-config --cflags --libs goxel)
# shellcheck disable=SC2046
c++ "$examples/example_map.cc" -o "$work/by-pkg-config/map_render" \
  $(pkg-config --cflags --libs goxel-client)

export LD_LIBRARY_PATH=$libraries
export GOXEL_SOCKET=$work/sock GOXEL_RENDER_DIR=$work/renders
for kind in by-cmake by-pkg-config; do
  said=$("$work/$kind/render_picture" builtin:demo "$work/x.ppm" 2>&1) &&
    fail "$kind/render_picture needs no daemon"
  [[ $said == *goxel-daemon* ]] || fail "without a daemon it says: $said"
done
# A build of the client libraries alone has no more to run.
[[ -x $prefix/bin/goxel-daemon ]] || exit 0

"$prefix/bin/goxel-daemon" --log-level error &
daemon=$!
until "$prefix/bin/goxelctl" ping >/dev/null 2>&1; do
  kill -0 $daemon || fail "the daemon ended"
  sleep 0.02
done
for kind in by-cmake by-pkg-config; do
  picture=$work/$kind.ppm
  said=$("$work/$kind/render_picture" builtin:demo "$picture")
  [[ $said == "render "*", 640 x 480 pixels" ]] || fail "$kind says: $said"
  [[ $(stat -c %s "$picture") -eq $((640 * 480 * 3 + 15)) ]] ||
    fail "$picture is no picture of 640 x 480"
  id=${said#render }
  "$work/$kind/map_render" "$GOXEL_RENDER_DIR" "${id%%,*}" |
    grep -q '640 x 480 pixels' || fail "$kind/map_render does not map $id"
done

# Scripts run in a program that the daemon has to find.
python3 - "$GOXEL_SOCKET" <<'PYTHON'
import json, socket, sys

with socket.socket(socket.AF_UNIX) as daemon:
    daemon.connect(sys.argv[1])
    request = {"id": 1, "method": "goxel.execute_script", "params": {"script": "1 + 1"}}
    daemon.sendall(json.dumps(request).encode() + b"\n")
    reply = json.loads(daemon.makefile().readline())
assert reply.get("result", {}).get("success"), reply
PYTHON
