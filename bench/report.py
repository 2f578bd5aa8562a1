#!/usr/bin/env python3
"""Turns the JSON of goxel_bench into the table of the README.

    goxel_bench --benchmark_out=bench.json --benchmark_out_format=json
    bench/report.py bench.json

    bench/report.py --run goxel_bench    run everything once, briefly, and fail
                                         when a benchmark reports an error

Each row gives a time, the floor that it is measured against in the same run,
and their ratio: absolute times move from machine to machine, ratios hold.
"""

import argparse
import json
import subprocess
import sys
import tempfile

# What a reader wants to know, the benchmark that answers it (with #counter
# where its answer is a counter in milliseconds), and its floor.
ROWS = [
    ("Look a render up in the index (100 of them)",
     "BM_CatalogFind/renders:100", None),
    ("Map a 4K render: look-up, open, lease, first pixel",
     "BM_MapRender", "BM_MapFloor"),
    ("Call the daemon (ping), both ends on one core",
     "BM_Ping/pinned:1/real_time", "BM_SocketEcho/pinned:1/real_time"),
    ("Call the daemon (ping), cores free",
     "BM_Ping/pinned:0/real_time", "BM_SocketEcho/pinned:0/real_time"),
    ("Get a voxel, both ends on one core",
     "BM_GetVoxel/pinned:1/real_time", "BM_SocketEcho/pinned:1/real_time"),
    ("Add a million voxels, one request",
     "BM_AddVoxelsInOneRequest/1000000/real_time", None),
    ("Add ten million voxels, twenty requests",
     "BM_AddTenMillionVoxels/iterations:1/real_time", None),
    ("Cached 4K render by call, to the first mapped pixel, one core",
     "BM_CachedRenderToFirstPixel/pinned:1/real_time", "BM_MapFloor"),
    ("4K by mmap, from the last draw call to the named file",
     "BM_Transfer/mmap#transfer_ms", "BM_CopyFrame"),
    ("4K call less its drawing, mmap",
     "BM_Transfer/mmap", "BM_CopyFrame"),
    ("4K call less its drawing, mmap with read-back",
     "BM_Transfer/mmap_read_back", "BM_CopyFrame"),
    ("4K call less its drawing, memfd",
     "BM_Transfer/fd", "BM_CopyFrame"),
    ("4K call less its drawing, PNG file",
     "BM_Transfer/png_file", "BM_PngLibpngDefault"),
    ("4K call less its drawing, PNG in base64",
     "BM_Transfer/png_base64", "BM_PngLibpngDefault"),
    ("4K call less its drawing, pixels in base64",
     "BM_Transfer/raw_base64", "BM_CopyFrame"),
    ("Encode a 4K PNG, fast", "BM_Png/fast", "BM_PngLibpngDefault"),
    ("Encode a 4K PNG, balanced", "BM_Png/balanced", "BM_PngLibpngDefault"),
    ("Encode a 4K PNG, smallest", "BM_Png/smallest", "BM_PngLibpngDefault"),
    ("Stage and commit a 4K render, recycled file",
     "BM_StageAndCommitRecycled/width:3840/height:2160", "BM_CopyFrame"),
    ("Stage and commit a 4K render, fresh file",
     "BM_StageAndCommitFresh/width:3840/height:2160", "BM_CopyFrame"),
    ("Adopt 20,000 renders at start, in memory", "BM_Adopt/disk:0/real_time",
     "BM_AdoptFloor/disk:0/real_time"),
    ("Adopt 20,000 renders at start, on disk", "BM_Adopt/disk:1/real_time",
     "BM_AdoptFloor/disk:1/real_time"),
]

NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def nanoseconds(result, counter=""):
    """The counter; else the median where there is one, else the mean."""
    if counter:
        return result[counter] * NANOSECONDS["ms"]
    if "median_ms" in result:
        return result["median_ms"] * NANOSECONDS["ms"]
    return result["real_time"] * NANOSECONDS[result["time_unit"]]


def find(results, name):
    """The result called `name`, whatever run parameters follow its name."""
    for result in results:
        if result["name"] == name or result["name"].startswith(name + "/"):
            return result
    return None


def show(time_ns):
    for unit in ("s", "ms", "us"):
        if time_ns >= NANOSECONDS[unit]:
            return f"{time_ns / NANOSECONDS[unit]:.3g} {unit}"
    return f"{time_ns:.3g} ns"


def print_table(report):
    context = report["context"]
    results = [r for r in report["benchmarks"] if not r.get("error_occurred")]
    print(f"{context['num_cpus']} cores at {context['mhz_per_cpu']} MHz, "
          f"load {context['load_avg'][0]:.1f}, {context['date']}")
    print()
    print("| what | time | floor | ratio | bytes |")
    print("|---|---|---|---|---|")
    for title, name, floor_name in ROWS:
        name, _, counter = name.partition("#")
        result = find(results, name)
        if result is None:
            continue
        floor = find(results, floor_name) if floor_name else None
        time_ns = nanoseconds(result, counter)
        cells = [title, show(time_ns), "", "", ""]
        if floor is not None:
            cells[2] = show(nanoseconds(floor))
            cells[3] = f"{time_ns / nanoseconds(floor):.2g}"
        if "png_bytes" in result:
            cells[4] = f"{int(result['png_bytes']):,}"
        print("| " + " | ".join(cells) + " |")


# Sizes that take seconds a piece and run no other code than the rest.
LONG = "8K/samples:[49]|4K/samples:9"


def run_once(program):
    """Runs every benchmark briefly, but for LONG ones; returns its report."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run(
            [program, "--benchmark_min_time=0.001",
             f"--benchmark_filter=-({LONG})",
             f"--benchmark_out={out.name}", "--benchmark_out_format=json"],
            check=True)
        return json.load(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("json", nargs="?", help="output of goxel_bench")
    parser.add_argument("--run", metavar="PROGRAM",
                        help="run every benchmark once and check for errors")
    options = parser.parse_args()
    if options.run:
        report = run_once(options.run)
    elif options.json:
        with open(options.json, encoding="utf-8") as file:
            report = json.load(file)
    else:
        parser.error("name a JSON file, or a program with --run")
    print_table(report)
    failed = [r for r in report["benchmarks"] if r.get("error_occurred")]
    for result in failed:
        print(f"{result['name']}: {result['error_message']}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
