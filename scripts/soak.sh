#!/usr/bin/env bash
# Shows that the daemon does not grow: a day's requests, ten a second, of eight
# clients; its memory, descriptors and mappings sampled a hundred times, as a
# table and a plot.
#
#   scripts/soak.sh [requests]
#
# Writes docs/soak.csv and docs/images/soak.svg. Takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh

requests=${1:-864000}
cmake --preset release >build/release.configure.log 2>&1 || {
  cat build/release.configure.log
  exit 1
}
cmake --build --preset release -j "$(nproc)" --target goxel_soak -- --quiet
build/release/tests/goxel_soak --requests "$requests" --connections 8 \
  --every $((requests / 100)) --csv docs/soak.csv
scripts/plot_soak.py docs/soak.csv docs/images/soak.svg
