#!/usr/bin/env python3
"""Runs every benchmark of goxel_bench once, briefly, so that none can rot.

    bench/run_once.py build/release/bench/goxel_bench

Fails when a benchmark reports an error. The figures mean nothing.
"""

import json
import subprocess
import sys
import tempfile

# Sizes that take seconds a piece and run no other code than the rest.
LONG = "8K/samples:[49]|4K/samples:9"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run(
            [sys.argv[1], "--benchmark_min_time=0.001",
             f"--benchmark_filter=-({LONG})",
             f"--benchmark_out={out.name}", "--benchmark_out_format=json"],
            check=True)
        results = json.load(out)["benchmarks"]
    failed = [result for result in results if result.get("error_occurred")]
    for result in failed:
        print(f"{result['name']}: {result['error_message']}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
