"""The sentences of the report. Those with a figure take it from the run."""

from report.budgets import latency_of
from report.promises import moved_memory
from report.spread import digits, show_bytes, show_factor, show_ns, spread
from transfer.modes import BY_NAME, MODES

_ABOUT = {
    "time": [
        "The daemon is a process, each client another; every client takes one mode, and has "
        "shown before it measures that its pixels are, byte by byte, those of the daemon's "
        "mapping. Modes take turns, round by round. Every picture is the built-in scene seen "
        "from another angle, so that none comes from a cache; in the two cached modes it is the "
        "same one each time. Times are of the whole call, less the drawing that the server "
        "states. *First pixel* means that its value can be used: PNG and whole base64 documents "
        "are decoded by then, raw base64 as far as that pixel. *Every pixel read* means decoded, "
        "where it must be, and summed up. Processes are not pinned to cores unless a table says "
        "so. Files of all modes lie in the same directory in memory. The naive server draws with "
        "the same renderer and encodes base64 with the same fast code, but reads the picture back "
        "from the renderer, which the daemon need not."],
    "pinned": [
        "A round trip between two idle cores includes two wake-ups, which in a virtual machine "
        "cost more than everything else together. On one core they do not show:"],
    "memory": [
        "Growth over idle, at its peak, of a fresh server and a fresh client that take one "
        "picture; a daemon keeps others besides, as many as it is told to. Heap is anonymous "
        "memory; shared is files and shared memory, which both sides may have mapped at once "
        "without its being there twice. Drawing by itself takes what the last row says (depth "
        "buffer, mesh), in every mode."],
    "throughput": [
        "All clients start together and read every pixel of every picture. In the cached modes "
        "nothing is drawn. In the others each picture is drawn for the client that asked, by the "
        "one rasteriser there is, so that *drawing alone* bounds them: the closer to it, the less "
        "a mode costs. No mode but the cached ones can be faster than it, but for noise."],
    "promises": [
        "What was promised of zero-copy at the outset, against each other way. Memory is what the "
        "table above has last, unless it says heap."],
    "budgets": [
        "Each limit beside the least that the machine charges for the steps that no design can "
        "avoid, measured in the same run. *Met as a ratio*: above the limit, but not above the "
        "ratio to the floor that the limit was on the machine where it was set."],
}


def about(section):
    return _ABOUT[section]


def _ratio(run, size, ours, theirs, series):
    return (latency_of(run, size, theirs, series) / latency_of(run, size, ours, series))


def _against_naive(run, size):
    ours, theirs = latency_of(run, size, "mmap"), latency_of(run, size, "naive_json")
    return (f"At {size}, less the drawing, a mapped picture shows its first pixel after "
            f"{show_ns(ours)}; the whole picture as base64 through a JSON library after "
            f"{show_ns(theirs)}, {show_factor(theirs / ours)} as much, with "
            f"{show_bytes(moved_memory(run, size, 'naive_json'))} of memory instead of "
            f"{show_bytes(moved_memory(run, size, 'mmap'))}.")


def _against_careful(run, size):
    parts = [f"{BY_NAME[name].title} {show_factor(_ratio(run, size, 'mmap', name, 'first_ms'))}"
             f" to the first pixel, {show_factor(_ratio(run, size, 'mmap', name, 'all_ms'))} to "
             "the last" for name in ("base64_raw", "base64_png", "file_png", "file_pam", "fd")]
    return f"Against the careful ways, at {size}, mmap = 1x: " + "; ".join(parts) + "."


def _reading_everything(run, size):
    first, every = (latency_of(run, size, "mmap", name) for name in ("first_ms", "all_ms"))
    read = every - first
    pam = latency_of(run, size, "file_pam", "all_ms") / every
    return (f"A client that reads every pixel once pays {show_ns(read)} for that at {size}, "
            f"{digits(100 * read / every)} % of its time with mmap: mapping does not make reading "
            f"free, and read() of the same file takes {show_factor(pam)} as long in all, not "
            "hundreds of times.")


def _small_pictures(run):
    sizes = run["transfer"]["sizes"]
    small = min(sizes, key=lambda name: sizes[name][0])
    mapped, text, read, drawing = (
        latency_of(run, small, "mmap", "all_ms"), latency_of(run, small, "base64_raw", "all_ms"),
        latency_of(run, small, "file_pam", "all_ms"), latency_of(run, small, "mmap", "draw_ms"))
    return (f"The smaller the picture, the less there is to win: at {small}, which takes "
            f"{show_ns(drawing)} to draw, all pixels are read after {show_ns(mapped)} by mmap, "
            f"{show_ns(read)} by read() and {show_ns(text)} by base64 in the reply, which needs "
            "neither a directory nor a lease.")


def _whole_request(run, size):
    drawing = latency_of(run, size, "mmap", "draw_ms")
    whole = {name: drawing + latency_of(run, size, name, "all_ms")
             for name in ("mmap", "file_pam", "file_png")}
    return (f"With the drawing of this simple scene ({show_ns(drawing)}) a picture of {size} "
            f"takes {show_ns(whole['mmap'])} by mmap, {show_ns(whole['file_pam'])} by read() and "
            f"{show_ns(whole['file_png'])} as a PNG file. The dearer the scene, the closer these "
            "come to each other.")


def _cached(run, size):
    call, index = (latency_of(run, size, name) for name in ("mmap_cached", "index"))
    return (f"A picture of {size} that is there already is at hand after {show_ns(call)} by a "
            f"call, after {show_ns(index)} through the index alone.")


def _order(run, size):
    latency = run["transfer"]["latency"][size]
    fresh = [mode for mode in MODES if not mode.cached]
    fresh.sort(key=lambda mode: spread(latency[mode.name]["all_ms"]).median)
    place = [mode.name for mode in fresh].index("mmap") + 1
    names = ", ".join(mode.title for mode in fresh)
    return (f"Of the {len(fresh)} ways that hand out a new picture mmap is number {place} at "
            f"{size} for a client that reads all of it; from the fastest: {names}.")


def findings(run):
    size = run["transfer"]["throughput_size"]
    return ["## In short", "", _order(run, size), "", "Where mapping wins:", "",
            "- " + _against_naive(run, size), "- " + _against_careful(run, size),
            "- " + _cached(run, size), "",
            "Where it does not, or hardly:", "",
            "- " + _reading_everything(run, size), "- " + _small_pictures(run),
            "- " + _whole_request(run, size),
            "- A picture that leaves the machine has to be encoded and sent: then a PNG is what "
            "travels, and no mapping helps. So it is for a host that shows pictures to a language "
            "model.",
            "- A mapped picture lies in memory uncompressed for as long as it is kept or held; "
            "a PNG file takes a fraction of that.",
            "- A client must keep to the lease and the layout of the file. A client library does "
            "that; a shell script is better off with a PNG."]
