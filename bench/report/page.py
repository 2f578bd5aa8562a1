"""The report as Markdown, and the table of the README."""

import os
import re

from report import pictures
from report.budgets import heap_over_drawing, verdicts
from report.noise import too_noisy
from report.promises import BOTH, moved_memory, promises
from report.prose import about, findings
from report.spread import digits, show_bytes, show_ms, spread
from transfer.modes import BY_NAME, DRAW_ONLY, MODES

CAPTIONS = {
    "bench_modes.svg": "Time until the first pixel and until every pixel is read, by mode",
    "bench_sizes.svg": "Time until the first pixel, by the size of the picture",
    "bench_clients.svg": "Pictures a second, by the number of clients",
    "bench_index.svg": "Time of a look-up, by the number of renders in the index",
}

README_START = "<!-- This table is written by scripts/bench.sh. -->"
README_END = "<!-- End of the table. -->"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return lines


def _with_quartiles(values):
    found = spread(values)
    return f"{show_ms(found.median)} ({show_ms(found.low)} to {show_ms(found.high)})"


def verdict_lines(run):
    """Each budget for a terminal, and why there are no verdicts if so."""
    noisy = too_noisy(run)
    lines = [f"not judged: {noisy}"] if noisy else []
    for verdict in verdicts(run):
        budget = verdict.budget
        beside = f", {verdict.ratio} of {budget.floor_name}" if verdict.ratio else ""
        lines.append(f"{verdict.words:>16}  {budget.what}: {budget.show(verdict.value)} of "
                     f"{budget.show(budget.limit)}{beside}")
    return lines


def machine_lines(run):
    machine = run["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    rows = [
        ("when, of what", f"{machine['date']}, commit {machine['commit']}"),
        ("processor", f"{machine['cpu']}, {machine['cores']} cores"),
        ("memory", show_bytes(machine["memory_bytes"])),
        ("system", f"{machine['system']}, kernel {machine['kernel']}, clock {machine['clock']}"),
        ("libraries", versions),
        ("load when it started", f"{run['load_at_start']:.2f}"),
        ("duration", f"{run['seconds']} s, {run['transfer']['rounds']} rounds"),
    ]
    floors = [(name.removeprefix("BM_"), show_ms(spread(times).median / 1e6),
               f"{100 * spread(times).relative:.0f} %") for name, times in run["floors"].items()]
    noisy = too_noisy(run)
    judged = (f"**The machine was too noisy to judge: {noisy}.** Budgets and times are shown "
              "without a verdict." if noisy else
              "The machine was quiet enough to judge.")
    return [*table(["", ""], rows), "", judged, "",
            *table(["floor, measured three times in the run", "median", "middle half"], floors)]


def time_lines(run, size):
    rows = []
    modes = run["transfer"]["latency"][size]
    for mode in [*MODES, DRAW_ONLY]:
        series = modes[mode.name]
        handed = mode is not DRAW_ONLY
        rows.append((
            mode.title,
            _with_quartiles(series["first_ms"]) if handed else "",
            _with_quartiles(series["all_ms"]) if handed else "",
            show_ms(spread(series["server_cpu_ms"]).median),
            show_ms(spread(series["client_cpu_ms"]).median),
            show_bytes(series["socket_bytes"]), show_bytes(series["file_bytes"]),
            show_bytes(series["client_bytes"])))
    return table(["mode", "first pixel (quartiles)", "every pixel read (quartiles)",
                  "CPU of the server, drawing included", "CPU of the client", "through the socket",
                  "file", "written by the client"], rows)


def pinned_lines(run):
    rows = [(f"{BY_NAME[name].title}, {size}", _with_quartiles(series["first_ms"]))
            for size, modes in run["transfer"]["pinned"].items()
            for name, series in modes.items()]
    return table(["daemon and client on one core", "first pixel (quartiles)"], rows)


def memory_lines(run, size):
    rows = []
    for mode in [*MODES, DRAW_ONLY]:
        grown = run["transfer"]["memory"][size][mode.name]
        handed = mode is not DRAW_ONLY
        rows.append((
            mode.title, show_bytes(grown["server_heap"]),
            show_bytes(grown["client_heap"]), show_bytes(grown["server_shared"]),
            show_bytes(grown["client_shared"]),
            show_bytes(heap_over_drawing(run, size, mode.name, BOTH)) if handed else "",
            show_bytes(moved_memory(run, size, mode.name)) if handed else ""))
    return table(["mode", "heap of the server", "heap of the client", "shared, server",
                  "shared, client", "heap of both besides drawing",
                  "the same and what is shared, once"], rows)


def throughput_lines(run):
    rates = run["transfer"]["throughput"]
    width, height = run["transfer"]["sizes"][run["transfer"]["throughput_size"]]
    counts = sorted(map(int, rates[DRAW_ONLY.name]))
    rows = []
    for name, by_clients in rates.items():
        cells = []
        for count in counts:
            rate = spread(by_clients[str(count)]).median
            per_second = show_bytes(rate * width * height * 4)
            cells.append(f"{digits(rate)}/s" if name == DRAW_ONLY.name
                         else f"{digits(rate)}/s, {per_second}/s")
        rows.append((BY_NAME[name].title, *cells))
    clients = [f"{count} client" + "s" * (count > 1) for count in counts]
    return table(["mode", *clients], rows)


def budget_lines(run):
    rows = []
    for verdict in verdicts(run):
        budget = verdict.budget
        floor = budget.show(verdict.floor) + f" ({budget.floor_name})" if verdict.floor else ""
        bound = ">= " if budget.more_is_better else "<= "
        rows.append((budget.what, budget.show(verdict.value), bound + budget.show(budget.limit),
                     verdict.words, floor, verdict.ratio))
    return table(["path", "figure", "budget", "verdict", "floor", "times the floor"], rows)


def promise_lines(run):
    rows = [(row.promise, row.against, row.figure, row.word) for row in promises(run)]
    return table(["promise", "against", "figure", "verdict"], rows)


def report_lines(run, plots):
    def plot(name):
        return [f"![{CAPTIONS[name]}](images/{name})", ""] if name in plots else []

    main = run["transfer"]["throughput_size"]
    lines = ["# Benchmarks", "",
             "Written by `scripts/bench.sh`; every figure is of the run described here.", "",
             *findings(run), "", "## The run", "", *machine_lines(run), "",
             "## The modes", "",
             *table(["mode", "what server and client do"],
                    [(mode.title, mode.what) for mode in [*MODES, DRAW_ONLY]]), "",
             *about("time"), "", *plot("bench_modes.svg")]
    for size in sorted(run["transfer"]["sizes"], key=lambda name: name != main):
        lines += [f"### Time, {size}", "", *time_lines(run, size), ""]
    lines += [*plot("bench_sizes.svg"), *about("pinned"), "", *pinned_lines(run), "",
              "## Memory", "", *about("memory"), ""]
    for size in sorted(run["transfer"]["sizes"], key=lambda name: name != main):
        lines += [f"### Memory, {size}", "", *memory_lines(run, size), ""]
    lines += ["## Many clients", "", *about("throughput"), "", *throughput_lines(run), "",
              *plot("bench_clients.svg"),
              "## Promises", "", *about("promises"), "", *promise_lines(run), "",
              "## Budgets", "", *about("budgets"), "", *budget_lines(run), "",
              *plot("bench_index.svg")]
    return lines


def readme_lines(run):
    """The budgets, and the modes at the main size."""
    size = run["transfer"]["throughput_size"]
    latency = run["transfer"]["latency"][size]
    modes = [(mode.title, show_ms(spread(latency[mode.name]["first_ms"]).median),
              show_ms(spread(latency[mode.name]["all_ms"]).median),
              show_bytes(moved_memory(run, size, mode.name))) for mode in MODES]
    machine = run["machine"]
    quiet = "" if not too_noisy(run) else " The machine was too noisy to judge."
    return [f"{machine['cpu']}, {machine['cores']} cores, {machine['date']}.{quiet}", "",
            *table([f"a picture of {size}", "first pixel", "every pixel read",
                    "memory of both sides"], modes), "",
            *table(["path", "figure", "floor", "times the floor"],
                   [(verdict.budget.what, verdict.budget.show(verdict.value),
                     verdict.budget.show(verdict.floor) if verdict.floor else "", verdict.ratio)
                    for verdict in verdicts(run)])]


def replace_table(text, lines):
    """`text` with `lines` between the marks; as it is when it has none."""
    start, end = re.escape(README_START), re.escape(README_END)
    body = "\n".join([README_START, "", *lines, "", README_END])
    return re.sub(f"{start}.*?{end}", lambda _: body, text, flags=re.DOTALL)


def write(run, docs, readme):
    """docs: gets benchmarks.md, and the plots in images/. readme: a file with
    the marks of the table, or None."""
    plots = pictures.write(run, os.path.join(docs, "images"))
    with open(os.path.join(docs, "benchmarks.md"), "w", encoding="utf-8") as file:
        file.write("\n".join(report_lines(run, plots)).rstrip() + "\n")
    if readme:
        with open(readme, encoding="utf-8") as file:
            text = file.read()
        with open(readme, "w", encoding="utf-8") as file:
            file.write(replace_table(text, readme_lines(run)))
