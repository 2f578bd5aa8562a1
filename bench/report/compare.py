"""What moved between two runs beyond their noise."""

import math
from dataclasses import dataclass

from report.noise import noise, too_noisy
from report.spread import Spread, digits, spread

# Less than this is not told from noise, however steady the figures are.
LEAST_MARGIN = 0.10

LATENCY = ("first_ms", "all_ms", "client_cpu_ms", "server_cpu_ms")
# Below this a figure of memory is the page or two that a heap grows by itself.
LEAST_MEMORY_BYTES = 2e6


@dataclass(frozen=True)
class Figure:
    spread: Spread
    more_is_better: bool = False


@dataclass(frozen=True)
class Move:
    name: str
    old: float
    new: float
    worse: bool

    @property
    def text(self):
        word = "worse" if self.worse else "better"
        factor = self.new / self.old
        return (f"{word}  {self.name}: {digits(self.old)} -> {digits(self.new)} "
                f"({digits(factor)}x)")


def _latency_figures(run):
    for size, modes in run["transfer"]["latency"].items():
        for mode, series in modes.items():
            for name in LATENCY:
                if name in series:
                    yield f"{mode} {size} {name}", Figure(spread(series[name]))
    for size, modes in run["transfer"]["pinned"].items():
        for mode, series in modes.items():
            yield f"{mode} {size} one core first_ms", Figure(spread(series["first_ms"]))


def _memory_figures(run):
    for size, modes in run["transfer"]["memory"].items():
        for mode, grown in modes.items():
            for name, count in grown.items():
                floored = max(count, LEAST_MEMORY_BYTES) / 1e6
                yield f"{mode} {size} {name} MB", Figure(spread([floored]))


def _throughput_figures(run):
    for mode, by_clients in run["transfer"]["throughput"].items():
        for clients, rates in by_clients.items():
            yield (f"{mode} {clients} clients pictures/s",
                   Figure(spread(rates), more_is_better=True))


def figures(run):
    """Name -> Figure, of everything that two runs can be compared by."""
    found = dict(_latency_figures(run))
    found.update(_memory_figures(run))
    found.update(_throughput_figures(run))
    for name, result in run["benchmarks"].items():
        found[f"{name} ns"] = Figure(spread(result["time_ns"]))
    for name, times in run["floors"].items():
        found[f"floor {name} ns"] = Figure(spread(times))
    return found


def moves(old, new):
    """Figures of both runs that differ beyond noise, in the order of the new.

    They do when the middle halves of their measurements lie apart, and the
    medians differ by more than the floors of either run did in themselves; by
    twice as much where one was measured less than three times.
    """
    margin = max(LEAST_MARGIN, noise(old), noise(new))
    old_figures = figures(old)
    moved = []
    for name, figure in figures(new).items():
        before = old_figures.get(name)
        if before is None or before.spread.median <= 0 or figure.spread.median <= 0:
            continue
        factor = figure.spread.median / before.spread.median
        apart = (figure.spread.low > before.spread.high
                 or figure.spread.high < before.spread.low)
        few = min(before.spread.count, figure.spread.count) < 3
        if apart and abs(math.log(factor)) > math.log1p(2 * margin if few else margin):
            worse = (factor < 1) == figure.more_is_better
            moved.append(Move(name, before.spread.median, figure.spread.median, worse))
    return moved


def describe(old, new):
    """The lines to print, and whether something got worse. Runs of a machine
    that was too noisy to judge are compared all the same, but nothing is said
    to be worse for it."""
    moved = moves(old, new)
    shared = figures(old).keys() & figures(new).keys()
    margin = max(LEAST_MARGIN, noise(old), noise(new))
    lines = [f"{len(shared)} figures in both runs; noise {100 * margin:.0f} %"]
    for key in ("cpu", "cores", "kernel"):
        was, now = old["machine"].get(key), new["machine"].get(key)
        if was != now:
            lines.append(f"not the same machine: {key} was {was}, is {now}")
    reasons = [f"the {name} run: {too_noisy(run)}"
               for name, run in (("old", old), ("new", new)) if too_noisy(run)]
    lines += [f"not judged: {reason}" for reason in reasons]
    lines += [move.text for move in sorted(moved, key=lambda move: not move.worse)]
    if not moved:
        lines.append("nothing moved beyond noise")
    return lines, not reasons and any(move.worse for move in moved)
