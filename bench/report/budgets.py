"""The budgets, each beside the floor that was measured in the same run."""

from dataclasses import dataclass

from report.noise import too_noisy
from report.spread import digits, show_bytes, show_factor, show_ns, spread

MILLISECOND = 1e6  # In nanoseconds, as all times here.
DEPTH_BYTES = 4  # Of a pixel in the rasteriser's depth buffer.


def benchmark(run, name):
    """The result called `name`, whatever run parameters follow its name."""
    for found, result in run["benchmarks"].items():
        if found == name or found.startswith(name + "/"):
            return result
    return None


def time_of(run, name):
    """Median nanoseconds of a benchmark or a floor; None where it was not run."""
    name, _, counter = name.partition("#")
    times = run["floors"].get(name)
    if times:
        return spread(times).median
    result = benchmark(run, name)
    if result is None:
        return None
    if counter:
        return result["counters"][counter] * {"_us": 1e3, "_ms": 1e6}[counter[-3:]]
    return spread(result["time_ns"]).median


def counter_of(run, name, counter):
    result = benchmark(run, name)
    return result["counters"].get(counter) if result else None


def latency_of(run, size, mode, series="first_ms", pinned=False):
    found = run["transfer"]["pinned" if pinned else "latency"].get(size, {}).get(mode)
    return spread(found[series]).median * MILLISECOND if found else None


def _sum(*terms):
    return None if None in terms else sum(terms)


@dataclass(frozen=True)
class Budget:
    """A limit on a figure. Times in nanoseconds, rates a second.

    `stated_floor` is the floor of the machine that the limit was set on: where
    the floor is higher here, the limit is held as a ratio to it.
    """

    what: str
    limit: float
    value: object  # run -> the figure, or None where the run has it not.
    floor: object = None  # run -> the floor, or None.
    floor_name: str = ""
    stated_floor: float = None
    unit: str = "time"  # "time", "rate", "bytes" or "factor".

    @property
    def more_is_better(self):
        return self.unit == "rate"

    def show(self, value):
        if self.unit == "time":
            return show_ns(value)
        if self.unit == "bytes":
            return show_bytes(value)
        if self.unit == "factor":
            return show_factor(value)
        if value >= 1e6:
            return f"{digits(value / 1e6)} million/s"
        return f"{digits(value)}/s"


@dataclass(frozen=True)
class Verdict:
    budget: Budget
    value: float
    floor: float  # Or None.
    judged: bool

    @property
    def excess(self):
        """How many times what is allowed; up to 1 the budget is met."""
        factor = self.value / self.budget.limit
        return 1 / factor if self.budget.more_is_better else factor

    @property
    def excess_as_ratio(self):
        """The same of the ratio to the floor; None without a stated floor."""
        if not self.floor or not self.budget.stated_floor:
            return None
        return self.excess / (self.floor / self.budget.stated_floor)

    @property
    def ratio(self):
        """To the floor: how many times as much as the least possible."""
        if not self.floor:
            return ""
        factor = self.floor / self.value if self.budget.more_is_better else self.value / self.floor
        return show_factor(factor)

    @property
    def words(self):
        if not self.judged:
            return "not judged"
        if self.excess <= 1:
            return "met"
        as_ratio = self.excess_as_ratio
        if as_ratio is not None and as_ratio <= 1:
            return "met as a ratio"
        beside = f" ({show_factor(as_ratio)} as a ratio)" if as_ratio is not None else ""
        return f"missed by {show_factor(self.excess)}{beside}"


def _time(name):
    return lambda run: time_of(run, name)


def _counter(name, counter):
    return lambda run: counter_of(run, name, counter)


def _echo_and_map(run):
    return _sum(time_of(run, "BM_SocketEcho/pinned:1"), time_of(run, "BM_MapFloor"))


def _after_last_draw(run):
    """The daemon's part after drawing, and a whole call that finds its picture:
    never less than what follows the last draw call."""
    return _sum(latency_of(run, "4K", "mmap", "transfer_ms"),
                latency_of(run, "4K", "mmap_cached"))


def _fast_png(run):
    return latency_of(run, "4K", "file_png", "transfer_ms")


def _against_libpng(of):
    """of: (run, name of a benchmark) -> the figure that is compared."""
    def ratio(run):
        ours, theirs = of(run, "BM_Png/fast/demo"), of(run, "BM_Png/libpng_default/demo")
        return ours / theirs if ours and theirs else None
    return ratio


def heap_over_drawing(run, size, mode, sides=("server",)):
    """What a mode takes of heap besides what drawing takes anyway."""
    memory = run["transfer"]["memory"].get(size, {})
    if mode not in memory:
        return None
    total = sum(memory[mode][side + "_heap"] for side in sides)
    drawing = memory["draw_only"]["server_heap"] if "server" in sides else 0
    return max(total - drawing, 0)


def _server_heap(run, mode):
    memory = run["transfer"]["memory"].get("4K")
    return memory[mode]["server_heap"] if memory else None


def _heap_of_size(run):
    """Over a small picture of the same scene, whose mesh takes the same."""
    memory = run["transfer"]["memory"]
    if "4K" not in memory or "180p" not in memory:
        return None
    return memory["4K"]["mmap"]["server_heap"] - memory["180p"]["mmap"]["server_heap"]


def _base64_heap(run):
    """Over a picture that the same daemon only draws and maps."""
    base64, mapped = _server_heap(run, "base64_raw"), _server_heap(run, "mmap")
    return max(base64 - mapped, 0) if base64 is not None else None


def _draw(what, picture, limit_ms):
    name = "BM_Draw/{}/4K/samples:1"
    return Budget(what, limit_ms * MILLISECOND, _time(name.format(picture)),
                  _time(name.format("nothing/plain")), "empty picture")


BUDGETS = [
    Budget("index look-up, random id, 1,024 renders", 60, _time("BM_IndexFind/renders:1024"),
           _time("BM_IndexFloor/renders:1024"), "copy of one row"),
    Budget("look up, open, lease, map 33 MB, first pixel, one core", 12e3,
           _time("BM_MapRender"), _time("BM_MapFloor"), "open, map, first pixel",
           stated_floor=3e3),
    Budget("a small call (get_voxel), one core, p50", 8e3, _time("BM_GetVoxel/pinned:1#p50_us"),
           _time("BM_SocketEcho/pinned:1"), "socket echo", stated_floor=3.8e3),
    Budget("cached render by call, to the first mapped pixel, one core", 25e3,
           _time("BM_CachedRenderToFirstPixel/pinned:1"), _echo_and_map, "socket echo and map",
           stated_floor=8.4e3),
    Budget("4K, last draw call to pixels held by the client (daemon's transfer_ms and a whole "
           "cached call)", 0.2 * MILLISECOND, _after_last_draw, _echo_and_map,
           "socket echo and map"),
    Budget("the same where the picture is read back (a whole call less its drawing)",
           6.5 * MILLISECOND, lambda run: latency_of(run, "read_back", "mmap"),
           _time("BM_CopyFrame"), "one copy", stated_floor=4.8 * MILLISECOND),
    Budget("4K PNG by path, finished pixels to named file", 15 * MILLISECOND, _fast_png,
           _time("BM_CopyFrame"), "one copy"),
    Budget("encoding a 4K PNG, against libpng's default", 1 / 18, _against_libpng(time_of),
           unit="factor"),
    Budget("its size, against libpng's default", 1.35,
           _against_libpng(lambda run, name: counter_of(run, name, "png_bytes")), unit="factor"),
    Budget("4K raw base64, until the client holds the text (less the drawing)", 20 * MILLISECOND,
           lambda run: latency_of(run, "4K", "base64_raw"), _time("BM_CopyFrame"), "one copy"),
    Budget("4K raw base64, heap of the daemon on top of that for mmap", 256 * 1024, _base64_heap,
           unit="bytes"),
    Budget("4K mmap, heap of the daemon over that for a small picture",
           3840 * 2160 * DEPTH_BYTES + (4 << 20), _heap_of_size,
           lambda run: 3840.0 * 2160 * DEPTH_BYTES, "the depth buffer", unit="bytes"),
    _draw("4K draw, street of 1.26 M voxels, plain", "block/plain", 35),
    _draw("the same with shadow and ambient occlusion", "block/default", 60),
    _draw("4K draw, study with glass, plain", "study/plain", 35),
    _draw("the same with shadow and ambient occlusion", "study/default", 60),
    Budget("meshing, street, voxels on one core", 50e6,
           _counter("BM_MeshOfAFile/block", "voxels_per_second"), unit="rate"),
    Budget("meshing, study, voxels on one core", 50e6,
           _counter("BM_MeshOfAFile/study", "voxels_per_second"), unit="rate"),
    Budget("add_voxels, a million in one request", 3e6,
           _counter("BM_AddVoxelsInOneRequest/1000000", "items_per_second"), unit="rate"),
    Budget("start of the daemon to its first reply", 40 * MILLISECOND, _time("BM_Start")),
    Budget("adoption at start, files", 100e3, _counter("BM_Adopt/disk:0", "items_per_second"),
           _counter("BM_AdoptFloor/disk:0", "items_per_second"), "open, stat, read, close",
           unit="rate"),
]


def verdicts(run):
    """Of the budgets whose figures the run has."""
    judged = not too_noisy(run)
    found = []
    for budget in BUDGETS:
        value = budget.value(run)
        if value is not None:
            floor = budget.floor(run) if budget.floor else None
            found.append(Verdict(budget, value, floor, judged))
    return found
