#!/usr/bin/env python3
"""Counts the instructions of hot paths and compares them with the record.

    bench/instructions.py goxel_hot_paths             compare; exit status 1
                                                      where a path has moved
    bench/instructions.py goxel_hot_paths --update    write the record anew

Times on a busy machine say nothing; instructions do not change with its load.
They do change with the compiler and the libraries, which the record names:
where those differ the comparison is left out, with exit status 77.

A path that became cheaper fails too: the gain is to be recorded with the change
that made it, so that the next loss is seen.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

RECORD = pathlib.Path(__file__).with_name("instructions.json")

# What a count may move by before it is a change. Repeated runs, also of builds in
# other directories, differ by less than 0.2 %.
TOLERANCE = 0.01

SKIPPED = 77  # Of CTest: SKIP_RETURN_CODE.


def read_dump(text):
    """The name of the path in one dump of callgrind, and its instructions;
    None for the dump at the end of the program, which is nobody's."""
    name = re.search(r"^desc: Trigger: Client Request: (\S+)$", text, re.M)
    total = re.search(r"^(?:summary|totals): (\d+)", text, re.M)
    if name is None or total is None:
        return None
    return name[1], int(total[1])


def shown_processor(cpu_flags):
    """The processor that valgrind shows to a program, of those it knows."""
    for name in ("avx2", "avx", "sse4_2"):
        if name in cpu_flags:
            return name
    return "sse2"


def machine():
    """What the counts depend on besides the program."""
    valgrind = subprocess.run(["valgrind", "--version"], check=True,
                              capture_output=True, text=True).stdout.strip()
    flags = re.search(r"^flags\s*: (.*)$",
                      pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"),
                      re.M)
    return {"valgrind": valgrind,
            "processor": shown_processor(flags[1].split() if flags else [])}


def count(program):
    """Runs the program; returns what it was made with, and the instructions of
    one round of each path."""
    with tempfile.TemporaryDirectory() as directory:
        dumps = pathlib.Path(directory) / "dump"
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet",
             f"--callgrind-out-file={dumps}", program],
            stdout=subprocess.PIPE, text=True, check=True)
        report = json.loads(run.stdout)
        totals = dict(filter(None, (read_dump(path.read_text(encoding="utf-8"))
                                    for path in dumps.parent.iterdir())))
    return {"made_with": report["made_with"] | machine(),
            "instructions": {name: round(totals[name] / rounds)
                             for name, rounds in report["rounds"].items()}}


def differences(made_with, recorded):
    """What the counts depend on and is not what it was, in words."""
    return [f"{what} is {made_with.get(what)}, in the record {recorded.get(what)}"
            for what in sorted(made_with | recorded)
            if made_with.get(what) != recorded.get(what)]


def judge(before, now):
    """One word on a path; None stands for a path that is not there."""
    if before is None:
        return "not recorded"
    if now is None:
        return "gone"
    if now > before * (1 + TOLERANCE):
        return "MORE"
    if now < before * (1 - TOLERANCE):
        return "LESS"
    return ""


def compare(recorded, counted):
    """Rows of (path, recorded, counted, verdict)."""
    paths = list(counted) + [path for path in recorded if path not in counted]
    return [(path, recorded.get(path), counted.get(path),
             judge(recorded.get(path), counted.get(path))) for path in paths]


def show(rows):
    print(f"{'path':<20} {'record':>14} {'now':>14} {'change':>8}")
    for path, before, now, verdict in rows:
        change = f"{now / before - 1:+.2%}" if before and now else ""
        cells = [f"{value:,}" if value else "-" for value in (before, now)]
        print(f"{path:<20} {cells[0]:>14} {cells[1]:>14} {change:>8} {verdict}"
              .rstrip())


def skip(why):
    print(f"instruction counts are not compared: {why}", file=sys.stderr)
    return SKIPPED


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="goxel_hot_paths, as it was built")
    parser.add_argument("--update", action="store_true",
                        help=f"write {RECORD.name} instead of comparing")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        return skip("there is no valgrind (scripts/setup.sh installs it)")
    counted = count(options.program)
    if options.update:
        RECORD.write_text(json.dumps(counted, indent=2) + "\n",
                          encoding="utf-8")
        return 0
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))
    rows = compare(recorded["instructions"], counted["instructions"])
    show(rows)
    other = differences(counted["made_with"], recorded["made_with"])
    if other:
        return skip("; ".join(other))
    if not any(verdict for *_, verdict in rows):
        return 0
    print(f"Counts moved by more than {TOLERANCE:.0%}. Where that is meant, run "
          f"bench/instructions.py {options.program} --update and say why in the "
          "commit.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
