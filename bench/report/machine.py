"""What a run was taken on: the header of the report."""

import datetime
import os
import platform
import re
import subprocess

# Debian packages whose versions decide figures.
PACKAGES = ["libosmesa6", "libpng16-16", "libisal2", "libdeflate0", "zlib1g", "libspng0",
            "libsimdjson14", "rapidjson-dev", "nlohmann-json3-dev", "libbenchmark1debian",
            "libc6", "g++"]


def _first_line(path, pattern):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            found = re.search(pattern, file.read(), re.MULTILINE)
    except OSError:
        return ""
    return found.group(1).strip() if found else ""


def _output(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def _package_versions():
    lines = _output("dpkg-query", "-W", "-f", "${Package} ${Version}\n", *PACKAGES)
    return dict(line.split() for line in lines.splitlines() if len(line.split()) == 2)


def describe(source_dir):
    """source_dir: of this project, for its commit."""
    commit = _output("git", "-C", source_dir, "rev-parse", "--short=12", "HEAD")
    changed = _output("git", "-C", source_dir, "status", "--porcelain", "--untracked-files=no")
    memory_kib = _first_line("/proc/meminfo", r"^MemTotal:\s+(\d+)") or "0"
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit + (" with changes" if commit and changed else ""),
        "cpu": _first_line("/proc/cpuinfo", r"^model name\s*:\s*(.*)$") or platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": int(memory_kib) * 1024,
        "kernel": platform.release(),
        "system": _first_line("/etc/os-release", r'^PRETTY_NAME="(.*)"'),
        "clock": _first_line(
            "/sys/devices/system/clocksource/clocksource0/current_clocksource", r"^(.*)$"),
        "versions": _package_versions(),
    }
