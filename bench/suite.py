"""Runs goxel_bench and reads what it says."""

import json
import subprocess
import tempfile

NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
OF_THE_LIBRARY = {"family_index", "per_family_instance_index", "repetitions", "repetition_index",
                  "threads", "iterations", "real_time", "cpu_time"}


def run(program, selection, min_time_s, repetitions):
    """What collect() finds of goxel_bench; an error where it did not end well."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        done = subprocess.run(
            [program, f"--benchmark_filter={selection}",
             f"--benchmark_min_time={min_time_s}",
             f"--benchmark_repetitions={repetitions}",
             "--benchmark_out_format=json", f"--benchmark_out={out.name}"],
            check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done.returncode != 0:
            return {}, [f"{program} --benchmark_filter={selection!r} ended with "
                        f"{done.returncode}"]
        return collect(json.load(out)["benchmarks"])


def collect(results):
    """Name -> times in nanoseconds and counters; and why others have none."""
    found, errors = {}, []
    for result in results:
        if result.get("run_type") != "iteration":
            continue
        name = result["run_name"]
        if result.get("error_occurred"):
            errors.append(f"{name}: {result['error_message']}")
            continue
        entry = found.setdefault(name, {"time_ns": [], "counters": {}})
        entry["time_ns"].append(result["real_time"] * NANOSECONDS[result["time_unit"]])
        entry["counters"] = {key: value for key, value in result.items()
                             if isinstance(value, (int, float)) and key not in OF_THE_LIBRARY}
    return found, errors
