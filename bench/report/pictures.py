"""Which plots a report has, and of what."""

import os

from report.plots import Bars, Lines
from report.spread import show_ms, spread
from transfer.modes import BY_NAME, MODES

INDEX_SERIES = {
    "by id": "BM_IndexFind",
    "by content key": "BM_IndexFindByKey",
    "an id that is not there": "BM_IndexMiss",
    "by id, under a writer": "BM_IndexFindUnderWriter",
    "floor: copy of one row": "BM_IndexFloor",
}


def _middle(series, name):
    return spread(series[name]).median


def _modes(run):
    size = run["transfer"]["throughput_size"]
    latency = run["transfer"]["latency"][size]
    rows = [(mode.title, [_middle(latency[mode.name], "first_ms"),
                          _middle(latency[mode.name], "all_ms")]) for mode in MODES]
    return Bars(f"A picture of {size}, until a client has it, less its drawing",
                "milliseconds (log)", ["first pixel", "every pixel read"], rows, show_ms)


def _sizes(run):
    transfer = run["transfer"]
    sizes = {name: width * height for name, (width, height) in transfer["sizes"].items()}
    ticks = [(count, f"{name}, {count / 1e6:.1f}") for name, count in sizes.items()]
    if len(ticks) < 2:
        return None  # A line needs two points.
    lines = {mode.title: [(count, _middle(transfer["latency"][name][mode.name], "first_ms"))
                          for name, count in sizes.items()] for mode in MODES}
    return Lines("Until the first pixel, less the drawing", "million pixels (log)",
                 "milliseconds (log)", ticks, lines)


def _clients(run):
    transfer = run["transfer"]
    counts = sorted(map(int, transfer["throughput"][MODES[0].name]))
    lines = {BY_NAME[name].title: [(count, _middle(rates, str(count))) for count in counts]
             for name, rates in transfer["throughput"].items()}
    size = transfer["throughput_size"]
    cores = run["machine"]["cores"]
    return Lines(f"Pictures of {size} a second on {cores} cores; each client reads every pixel",
                 "clients at once (log)", "pictures a second, all clients (log)",
                 [(count, str(count)) for count in counts], lines)


def _index(run):
    lines = {}
    for title, prefix in INDEX_SERIES.items():
        start = prefix + "/renders:"
        points = sorted(
            (int(name.removeprefix(start).split("/")[0]), _middle(result, "time_ns"))
            for name, result in run["benchmarks"].items() if name.startswith(start))
        if len(points) > 1:
            lines[title] = points
    if not lines:
        return None
    counts = sorted({count for points in lines.values() for count, _ in points})
    return Lines("A look-up, by how many renders there are", "renders in the index (log)",
                 "nanoseconds (log)", [(count, f"{count:,}") for count in counts], lines)


PLOTS = {"bench_modes.svg": _modes, "bench_sizes.svg": _sizes, "bench_clients.svg": _clients,
         "bench_index.svg": _index}


def write(run, directory):
    """Writes the plots that the run has figures for; returns their names."""
    os.makedirs(directory, exist_ok=True)
    written = []
    for name, make in PLOTS.items():
        plot = make(run)
        if plot is None:
            continue
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(plot.svg())
        written.append(name)
    return written
