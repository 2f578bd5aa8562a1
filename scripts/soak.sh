#!/usr/bin/env bash
# Shows that the daemon does not grow: 100,000 renders over 8 connections, its
# memory, descriptors and mappings sampled every 1,000, as a table and a plot.
#
#   scripts/soak.sh [renders]
#
# Writes docs/soak.csv and docs/images/soak.svg. Takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh

renders=${1:-100000}
cmake --preset release >build/release.configure.log 2>&1 || {
  cat build/release.configure.log
  exit 1
}
cmake --build --preset release -j "$(nproc)" --target goxel_soak -- --quiet
build/release/tests/goxel_soak --renders "$renders" --connections 8 \
  --every $((renders / 100)) --csv docs/soak.csv
scripts/plot_soak.py docs/soak.csv docs/images/soak.svg
