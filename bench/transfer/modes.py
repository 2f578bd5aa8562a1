"""The modes that are compared, and what is said of each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    name: str
    title: str
    what: str  # What server and client do.
    server: str = "daemon"  # Or "naive".
    cached: bool = False
    # Pictures before timing starts, besides the one that is proven: a mapped
    # one takes the file of one that is gone as soon as the directory is full,
    # and new memory until then.
    warm_ups: int = 2


MODES = [
    Mode("naive_json", "JSON library with all base64",
         "A document of a JSON library (nlohmann) with all pixels as one base64 text, dumped, "
         "sent, parsed, copied out and decoded.", server="naive", warm_ups=0),
    Mode("naive_png", "fresh PNG by libpng",
         "A new PNG by libpng's defaults for each picture; the client reads, decodes and removes "
         "it.", server="naive", warm_ups=0),
    Mode("naive_raw", "fresh raw file",
         "A new file of raw pixels for each picture; the client reads it whole and removes it.",
         server="naive", warm_ups=0),
    Mode("base64_raw", "raw base64",
         "`return_mode` `base64`, `format` `raw`: the daemon streams the text, the client finds "
         "it in the reply without a copy and decodes it."),
    Mode("base64_png", "PNG as base64",
         "`base64` with the daemon's fast PNG, decoded by libpng in the client."),
    Mode("file_png", "PNG file",
         "`file_path`: the path of a PNG with its SHA-256, which the client reads and decodes by "
         "libpng."),
    Mode("file_pam", "PAM file by read()",
         "`file_path`, `format` `pam`, no checksum: the file that `mmap` would name, read whole "
         "into the client's own memory.", warm_ups=6),
    Mode("fd", "descriptor",
         "`fd`: a sealed memfd comes along with the reply, and the client maps it."),
    Mode("mmap", "mmap",
         "`mmap`: the reply names the file that was drawn into, and the client maps it under a "
         "lease.", warm_ups=6),
    Mode("mmap_cached", "cached mmap",
         "The same request again: the daemon finds the picture in its index and answers at once.",
         cached=True),
    Mode("index", "index only",
         "No request: the client computes the picture's content key, finds it in the shared index "
         "and maps it.", cached=True),
]

# The bound of everything that is drawn: pictures that nobody gets.
DRAW_ONLY = Mode("draw_only", "drawing alone", "Pictures are drawn, and handed to nobody.",
                 server="naive")

BY_NAME = {mode.name: mode for mode in [*MODES, DRAW_ONLY]}
