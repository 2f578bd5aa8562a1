#!/usr/bin/env python3
"""Removes one protection at a time and shows that a test notices.

    tests/mutations/run.py                  every mutation of protections.toml
    tests/mutations/run.py NAME [NAME ...]  these alone
    tests/mutations/run.py --check          only that each text is still there

A mutation replaces one piece of a source file, which has to occur there exactly
once. The tree is copied, built and tested in a directory of its own; what stands
here is never changed. It takes about a minute per mutation. The test `mutations`
runs --check, so that the list cannot outlive the code that it speaks of.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = pathlib.Path(__file__).with_name("protections.toml")
COPIED = [
    "CMakeLists.txt", "CMakePresets.json", "LICENSE", "bench", "clients", "cmake",
    "daemon", "docs", "ipc", "packaging", "renderer", "scripts", "tests",
    "transfer",
]


def load():
    with LIST.open("rb") as file:
        return tomllib.load(file)["mutation"]


def misplaced(mutation, root):
    """What is wrong with the place of a mutation; empty when nothing is."""
    text = (root / mutation["file"]).read_text()
    count = text.count(mutation["remove"])
    if count == 1:
        return ""
    return (f"{mutation['name']}: its text occurs {count} times in "
            f"{mutation['file']}, and must occur once")


def copy_tree(target):
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        elif source.exists():
            shutil.copy2(source, target / name)


def run(command, tree):
    # So that ccache knows the objects of other build directories again.
    environment = os.environ | {"CCACHE_BASEDIR": str(tree),
                                "CCACHE_NOHASHDIR": "1"}
    return subprocess.run(command, cwd=tree, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def build(tree, targets):
    command = ["cmake", "--build", "build", "--target", *targets]
    done = run(command, tree)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}")


def verdict(tree, mutation):
    """True when the tests notice that the protection is gone."""
    path = tree / mutation["file"]
    original = path.read_text()
    path.write_text(original.replace(mutation["remove"],
                                     mutation.get("put", "")))
    try:
        build(tree, mutation["targets"])
        tests = run(["ctest", "--test-dir", "build", "--output-on-failure",
                     "--no-tests=error", "-R", mutation["tests"]], tree)
        if "No tests were found" in tests.stdout:
            sys.exit(f"{mutation['name']}: no test matches "
                     f"{mutation['tests']!r}")
        return tests.returncode != 0
    finally:
        path.write_text(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()

    mutations = load()
    problems = [problem for m in mutations if (problem := misplaced(m, ROOT))]
    unknown = set(arguments.names) - {m["name"] for m in mutations}
    problems += [f"there is no mutation {name!r}" for name in sorted(unknown)]
    if problems:
        sys.exit("\n".join(problems))
    if arguments.check:
        return

    chosen = [m for m in mutations
              if not arguments.names or m["name"] in arguments.names]
    with tempfile.TemporaryDirectory(prefix="goxel_mutations_") as directory:
        tree = pathlib.Path(directory)
        copy_tree(tree)
        configured = run(["cmake", "-B", "build", "-G", "Ninja",
                          "-DCMAKE_BUILD_TYPE=RelWithDebInfo"], tree)
        if configured.returncode != 0:
            sys.exit(configured.stdout[-4000:])
        missed = 0
        for mutation in chosen:
            noticed = verdict(tree, mutation)
            missed += not noticed
            print(f"{'noticed' if noticed else 'MISSED '}  {mutation['name']}: "
                  f"{mutation['tests']}", flush=True)
    sys.exit(1 if missed else 0)


main()
