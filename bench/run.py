#!/usr/bin/env -S python3 -B
"""Measures what handing a picture over costs, in every way, and reports it.

    scripts/bench.sh                     everything, in under ten minutes
    scripts/bench.sh --quick             once and small: proves that it works
    scripts/bench.sh --compare OLD       everything, then what moved since OLD
    scripts/bench.sh --compare OLD NEW   two runs that are there already
    scripts/bench.sh --report FILE       the report of a run that is there

A run is a file of JSON. The report is docs/benchmarks.md with its plots, and the
tables in README.md; that of a quick run goes to a directory that is removed.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time

import suite
from report import compare, machine, page
from report.noise import MOST_LOAD
from transfer.comparison import FULL, QUICK, Comparison, Programs
from transfer.processes import ComparisonError

SOURCE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEFAULT_JSON = "bench/run.json"  # In the build directory.

# The floors are taken three times: before, between and after all else.
FLOORS = "BM_(CopyFrame|MapFloor|SocketEcho/pinned:1|Draw/nothing/plain/4K/samples:1)(/|$)"
# Long draws run no other code than the rest.
SELECTION = "-(8K|samples:9|PingDuringRenders|AddTenMillionVoxels|BM_CopyFrame(/|$))"
QUICK_SELECTION = "BM_(IndexFind|MapRender)(/|$)"

# A run ends before this, unless what must be done takes longer.
MOST_SECONDS = 570
MOST_PASSES = 3

# For the load to go down that a build just before has caused.
QUIET_WAIT_S = 60


class Progress:
    """Lines of text with the time since the start."""

    def __init__(self):
        self._start = time.monotonic()

    @property
    def seconds(self):
        return time.monotonic() - self._start

    def __call__(self, line):
        print(f"[{self.seconds:5.0f} s] {line}", flush=True)


def wait_for_quiet(progress):
    """Returns the load that the run starts under."""
    most = MOST_LOAD * len(os.sched_getaffinity(0))
    deadline = time.monotonic() + QUIET_WAIT_S
    if os.getloadavg()[0] > most:
        progress(f"the load is {os.getloadavg()[0]:.1f}; waiting for {most:.1f}, "
                 f"at most {QUIET_WAIT_S} s")
    while os.getloadavg()[0] > most and time.monotonic() < deadline:
        time.sleep(1)
    return os.getloadavg()[0]


class Run:
    """One run of everything."""

    def __init__(self, build_dir, quick):
        bench = os.path.join(build_dir, "bench")
        self._quick = quick
        self._goxel_bench = os.path.join(bench, "goxel_bench")
        self._programs = Programs(
            daemon=os.path.join(build_dir, "daemon", "goxel-daemon"),
            client=os.path.join(bench, "transfer", "goxel_transfer_client"),
            naive_server=os.path.join(bench, "transfer", "goxel_naive_server"))
        self._progress = Progress()
        self._floors = {}
        self._errors = []

    def take(self):
        load = os.getloadavg()[0] if self._quick else wait_for_quiet(self._progress)
        self._take_floors()
        transfer = Comparison(self._programs, QUICK if self._quick else FULL,
                              self._progress).run()
        self._take_floors()
        benchmarks = self._take_benchmarks()
        self._take_floors()
        self._progress("done")
        return {"format": 1, "quick": self._quick, "machine": machine.describe(SOURCE_DIR),
                "load_at_start": load, "seconds": round(self._progress.seconds),
                "floors": self._floors, "transfer": transfer, "benchmarks": benchmarks,
                "errors": self._errors}

    def _take_benchmarks(self):
        """As many passes over all as there is time for."""
        if self._quick:
            return self._benchmarks(QUICK_SELECTION, 0.001)
        found = {}
        for number in range(1, MOST_PASSES + 1):
            self._progress(f"benchmarks, pass {number}")
            start = self._progress.seconds
            for name, result in self._benchmarks(SELECTION, 0.05).items():
                times = found.setdefault(name, {"time_ns": [], "counters": {}})["time_ns"]
                times += result["time_ns"]
                found[name]["counters"] = result["counters"]
            if 2 * self._progress.seconds - start > MOST_SECONDS:
                break
        return found

    def _benchmarks(self, selection, min_time_s, repetitions=1):
        found, errors = suite.run(self._goxel_bench, selection, min_time_s, repetitions)
        self._errors += errors
        return found

    def _take_floors(self):
        self._progress("floors")
        found = self._benchmarks(FLOORS, 0.001 if self._quick else 0.1, 1 if self._quick else 3)
        for name, result in found.items():
            short = name.removesuffix("/real_time")
            self._floors.setdefault(short, []).extend(result["time_ns"])


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(run, path):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(run, file, indent=1)
        file.write("\n")


def write_report(run, docs):
    """To `docs`, or to docs/ and README.md; of a quick run to where nobody
    looks unless told."""
    if docs:
        os.makedirs(docs, exist_ok=True)
        page.write(run, docs, readme=None)
        print(f"wrote {docs}/benchmarks.md")
    elif run["quick"]:
        with tempfile.TemporaryDirectory() as nowhere:
            page.write(run, nowhere, readme=None)
    else:
        page.write(run, os.path.join(SOURCE_DIR, "docs"),
                   os.path.join(SOURCE_DIR, "README.md"))
        print("wrote docs/benchmarks.md, docs/images/bench_*.svg and the tables of README.md")


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build-dir", default=os.path.join(SOURCE_DIR, "build", "release"),
                        help="where the programs are [build/release]")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", metavar="FILE", help="where the run goes "
                        f"[BUILD_DIR/{DEFAULT_JSON}]; of a quick run nowhere unless given")
    parser.add_argument("--compare", nargs="+", metavar="RUN")
    parser.add_argument("--report", metavar="FILE")
    parser.add_argument("--docs", metavar="DIR",
                        help="where the report goes, instead of docs/ and README.md")
    options = parser.parse_args()
    if options.compare and len(options.compare) > 2:
        parser.error(f"--compare takes one or two runs, not {len(options.compare)}")
    return options


def compare_runs(old, new):
    lines, worse = compare.describe(old, new)
    print("\n".join(lines))
    return 1 if worse else 0


def main():
    # Asked to end, it ends what it started and removes its directories.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: ended by a signal"))
    options = parse_arguments()
    if options.report:
        write_report(load(options.report), options.docs)
        return 0
    if options.compare and len(options.compare) == 2:
        return compare_runs(load(options.compare[0]), load(options.compare[1]))
    # Before the run, which may write to the same file.
    old = load(options.compare[0]) if options.compare else None
    run = Run(options.build_dir, options.quick).take()
    path = options.json
    if not path and not options.quick:
        path = os.path.join(options.build_dir, DEFAULT_JSON)
    if path:
        save(run, path)
        print(f"wrote {path}")
    write_report(run, options.docs)
    print("\n".join(page.verdict_lines(run)))
    worse = compare_runs(old, run) if old else 0
    for error in run["errors"]:
        print(f"failed: {error}", file=sys.stderr)
    return 1 if run["errors"] else worse


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ComparisonError, OSError) as error:
        sys.exit(f"bench: {error}")
