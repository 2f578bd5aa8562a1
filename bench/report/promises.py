"""What was promised of zero-copy at the outset, and what the run says of it."""

from dataclasses import dataclass

from report.budgets import heap_over_drawing, latency_of, time_of
from report.noise import too_noisy
from report.spread import show_bytes, show_factor, show_ns, show_saved
from transfer.modes import BY_NAME

BOTH = ("server", "client")
# Counters of the daemon that tell of a picture which could not be kept or handed
# out as it was asked for.
TROUBLES = ("degraded", "no_space")

# Of the daemon that this one replaces, as stated; it cannot be measured here.
STATED_4K_BY_PATH_MS = 930


@dataclass(frozen=True)
class Promise:
    promise: str
    against: str
    figure: str
    kept: bool
    judged: bool = True

    @property
    def word(self):
        if not self.judged:
            return "not judged"
        return "kept" if self.kept else "not kept"


def moved_memory(run, size, mode):
    """Heap of both sides besides drawing, and what both share, once."""
    heap = heap_over_drawing(run, size, mode, BOTH)
    grown = run["transfer"]["memory"][size][mode]
    return heap + max(grown["server_shared"], grown["client_shared"])


def _memory(run, size):
    ours = moved_memory(run, size, "mmap")
    for name in ("naive_json", "naive_png", "naive_raw", "base64_raw", "file_png"):
        theirs = moved_memory(run, size, name)
        saved = 1 - ours / theirs if theirs else 0
        yield Promise(f">= 90 % less memory, {size}", BY_NAME[name].title,
                      f"{show_bytes(ours)} instead of {show_bytes(theirs)}: "
                      f"{show_saved(saved)}", saved >= 0.9)
    ours = heap_over_drawing(run, size, "mmap", BOTH)
    theirs = heap_over_drawing(run, size, "naive_json", BOTH)
    saved = 1 - ours / theirs if theirs else 0
    yield Promise(f">= 90 % less memory, {size}, heap alone", BY_NAME["naive_json"].title,
                  f"{show_bytes(ours)} instead of {show_bytes(theirs)}: {show_saved(saved)}",
                  saved >= 0.9)


def _time(run, size, judged):
    for series, words in (("first_ms", "first pixel"), ("all_ms", "every pixel read")):
        ours = latency_of(run, size, "mmap", series)
        for name in ("naive_json", "naive_png", "naive_raw", "base64_raw", "file_png",
                     "file_pam"):
            theirs = latency_of(run, size, name, series)
            saved = 1 - ours / theirs
            yield Promise(f">= 50 % less transfer time, {size}, {words}", BY_NAME[name].title,
                          f"{show_ns(ours)} instead of {show_ns(theirs)}: "
                          f"{show_saved(saved)}", saved >= 0.5, judged)


def _file_management(run, judged):
    parts = [time_of(run, "BM_Publish/zero_copy/disk:0/height:2160"),
             time_of(run, "BM_Evict/disk:0")]
    if None in parts:
        return
    total = sum(parts)
    yield Promise("file management under 0.1 s", "stage, commit and evict a 4K render",
                  f"{show_ns(parts[0])} and {show_ns(parts[1])}, {show_factor(1e8 / total)} "
                  "under the limit", total < 1e8, judged)


def _no_errors(run):
    tally = run["transfer"]["tally"]
    troubles = sum(tally["daemon_counters"].get(name, 0) for name in TROUBLES)
    yield Promise("zero buffer overflow errors", "the whole run",
                  f"{tally['renders']:,} pictures measured, every reply parsed and every picture "
                  f"whole; {tally['proofs']:,} clients proved theirs byte by byte, "
                  f"{tally['sums_compared']:,} sums of cached pictures were compared; the "
                  f"daemon counts {troubles} degraded or refused for want of space",
                  troubles == 0)


def _old_daemon(run, judged):
    drawing = latency_of(run, "4K", "file_png", "draw_ms")
    writing = latency_of(run, "4K", "file_png", "transfer_ms")
    if drawing is None:
        return
    ours = (drawing + writing) / 1e6
    yield Promise("10x faster than the old daemon, 4K by path",
                  f"{STATED_4K_BY_PATH_MS} ms, as stated of it, with another scene",
                  f"{show_ns(ours * 1e6)} to draw and write: "
                  f"{show_factor(STATED_4K_BY_PATH_MS / ours)}",
                  ours * 10 <= STATED_4K_BY_PATH_MS, judged)


def promises(run):
    judged = not too_noisy(run)
    sizes = run["transfer"]["sizes"]
    size = run["transfer"]["throughput_size"]
    rows = []
    for name, (width, _) in sizes.items():
        if width >= sizes[size][0]:  # They are of large renders.
            rows += _memory(run, name)
    rows += _time(run, size, judged)
    rows += _file_management(run, judged)
    rows += _no_errors(run)
    rows += _old_daemon(run, judged)
    return rows
