#!/usr/bin/env bash
# Measures what handing a picture over costs, and reports it in
# docs/benchmarks.md. Sets up and builds what is missing; can be run again at
# any time.
#
#   scripts/bench.sh                     everything: under ten minutes once built
#   scripts/bench.sh --quick             once and small, to prove that it works
#   scripts/bench.sh --compare OLD.json  everything, then what moved since OLD
#   scripts/bench.sh --compare OLD.json NEW.json
#   scripts/bench.sh --report RUN.json   the report of a run that is there
set -euo pipefail

if [[ ${1:-} == --report || ( ${1:-} == --compare && $# -ge 3 ) ]]; then
  exec "$(dirname "$0")/../bench/run.py" "$@"
fi
root=$(realpath "$(dirname "$0")/..")
"$root/scripts/setup.sh"

mkdir -p "$root/build"
echo "building (first time: a quarter of an hour) ..."
(
  cd "$root"
  cmake --preset release >build/release.configure.log 2>&1 || {
    cat build/release.configure.log
    exit 1
  }
  cmake --build --preset release -j "$(nproc)" --target goxel-daemon goxel_bench \
    goxel_transfer_client goxel_naive_server -- --quiet
)
exec "$root/bench/run.py" "$@"
