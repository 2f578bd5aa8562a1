#!/usr/bin/env bash
# Sets up and passes every test: formatting, release build with all tests, the
# tests again under the address, undefined-behaviour and thread sanitizers, and
# a build of what a client needs on a machine without OSMesa.
#
#   scripts/test.sh            everything
#   scripts/test.sh release    one of: format release asan tsan client
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh

jobs=$(nproc)

build() { # preset
  cmake --preset "$1" >"build/$1.configure.log" 2>&1 || {
    cat "build/$1.configure.log"
    exit 1
  }
  cmake --build --preset "$1" -j "$jobs" -- --quiet
}

check_format() {
  git ls-files -z '*.h' '*.cc' | xargs -0 clang-format --dry-run --Werror
}

check_release() {
  build release
  ctest --preset release -j "$jobs"
}

check_asan() {
  build asan
  # Mesa keeps what it allocates for the life of the process.
  ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
    ctest --preset asan -j "$jobs"
}

check_tsan() {
  build tsan
  # Mesa is not instrumented: its own threads cannot be judged.
  TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp ignore_noninstrumented_modules=1" \
    ctest --preset tsan -j "$jobs"
}

check_client() {
  cmake -S . -B build/client -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DGOXEL_CLIENT_ONLY=ON >/dev/null
  cmake --build build/client -j "$jobs" -- --quiet
  ctest --test-dir build/client --output-on-failure --no-tests=error -j "$jobs"
}

mkdir -p build
for check in ${1:-format release asan tsan client}; do
  echo "== $check"
  "check_$check"
done
