"""Byte layout of the shared index (docs/index-layout.md), and one row of it.

The tables below have the form of tests/golden/index_layout.json, which the
tests of all readers compare with.
"""

from __future__ import annotations

import struct
from typing import NamedTuple, Optional, Tuple

from .pixel_format import BY_NUMBER, ENCODED_NUMBER, PixelFormat

MAGIC = int.from_bytes(b"GOXLIDX1", "little")
LAYOUT_VERSION = 2
LAYOUT_HASH = 0x177D9237635968A4
MIN_CAPACITY = 8
MAX_CAPACITY = 131072

HEADER_BYTES = 4096
SLOT_BYTES = 256
BUCKET_BYTES = 64
BUCKET_ENTRIES = 8
SLOTS_PER_BUCKET = 4  # A table has a bucket for every four slots.

Fields = Tuple[Tuple[str, str, int], ...]

HEADER_FIELDS: Fields = (
    ("magic", "u64", 0),
    ("layout_version", "u32", 8),
    ("slot_bytes", "u32", 12),
    ("layout_hash", "u64", 16),
    ("segment_bytes", "u64", 24),
    ("epoch", "u64", 32),
    ("boot_id", "u8[16]", 40),
    ("capacity", "u32", 56),
    ("bucket_count", "u32", 60),
    ("id_buckets_offset", "u64", 64),
    ("key_buckets_offset", "u64", 72),
    ("slots_offset", "u64", 80),
    ("scene_high", "u64", 88),
    ("scene_low", "u64", 96),
    ("build_hash", "u64", 104),
    ("state", "u32", 128),
    ("event_sequence", "u32", 132),
    ("counters", "u64[64]", 192),
    ("histograms", "HistogramWords[7]", 704),
    ("wait_words", "u32[256]", 3072),
)
OFFSETS = {name: offset for name, _, offset in HEADER_FIELDS}
HISTOGRAM_BYTES = 320

# The content of a slot, which begins behind its sequence.
SLOT_FIELDS: Fields = (
    ("state", "u32", 0),
    ("generation", "u32", 4),
    ("id", "u64", 8),
    ("key_high", "u64", 16),
    ("key_low", "u64", 24),
    ("format", "u32", 32),
    ("pixel_format", "u32", 36),
    ("width", "u32", 40),
    ("height", "u32", 44),
    ("stride_bytes", "u32", 48),
    ("pixel_offset", "u32", 52),
    ("size_bytes", "u64", 56),
    ("created_unix_s", "i64", 64),
    ("expires_unix_ns", "i64", 72),
    ("expires_boottime_ns", "i64", 80),
    ("ttl_s", "u32", 88),
    ("session", "u32", 92),
    ("flags", "u32", 96),
    ("rows_ready", "u32", 100),
    ("render_ns", "u64", 104),
    ("transfer_ns", "u64", 112),
    ("checksum_kind", "u32", 120),
    ("checksum", "u8[32]", 128),
)
SLOT_SEQUENCE_BYTES = 8
SLOT_CONTENT_BYTES = SLOT_BYTES - SLOT_SEQUENCE_BYTES
# The fields above, in order; the index is of little-endian machines only.
SLOT_CONTENT = struct.Struct("<IIQQQIIIIIIQqqqIIIIQQI4x32s")

COUNTERS = (
    "published",
    "cache_hits",
    "adopted",
    "evicted_ttl",
    "evicted_quota",
    "withdrawn",
    "broken",
    "lease_blocked",
    "store_full",
    "storage_errors",
    "degraded",
    "recycled",
    "zero_copy",
    "read_back",
    "bytes_freed",
    "current_bytes",
    "current_renders",
    "orphaned_bytes",
    "index_overflow",
    "no_space",
    "sequence_retries",
    "reader_hits",
    "directory_lost",
    "encrypted",
    "joined",
    "leased_bytes",
    "reserved_bytes",
    "spare_bytes",
    "pinned_bytes",
)
HISTOGRAMS = ("render", "transfer", "queue", "evict", "admit")

EMPTY, PENDING, READY = range(3)  # state of a slot
RETIRED = 3  # state of the index

FORMATS = ("", "pam", "png", "ppm", "jpg", "bmp", "qoi", "enc")
_PINNED, _ENCRYPTED = 2, 4  # Bits of flags.
_CHECKSUMS = (("", 0), ("sha256:", 32), ("xxh3:", 16))


class Render(NamedTuple):
    """One render as the index shows it: a copy that owns nothing."""

    id: str  # 16 hex digits.
    key: str  # 32 hex digits; all 0: shared with nobody.
    session: str  # 6 hex digits.
    ready: bool  # False: being made; only id, key, size and rows_ready hold.
    format: str  # Extension of the file; "pam" can be mapped.
    pixel_format: Optional[PixelFormat]  # None for encoded files.
    width: int  # Pixels.
    height: int  # Pixels.
    stride: int  # Bytes; 0 for encoded files.
    size: int  # Bytes of the file.
    created: int  # Seconds since the Unix epoch.
    expires: float  # Seconds since the Unix epoch.
    ttl: int  # Seconds.
    pinned: bool
    encrypted: bool
    rows_ready: int  # Rows from the top that are final.
    render_ns: int
    transfer_ns: int
    checksum: str  # "sha256:...", "xxh3:..." or "".

    @property
    def file_name(self) -> str:
        """Of its file, in the managed directory."""
        return f"render_{self.created}_{self.session}_{self.id}.{self.format}"


class SlotContent(NamedTuple):
    """The words of a slot as they are, in the order of SLOT_FIELDS."""

    state: int
    generation: int
    id: int
    key_high: int
    key_low: int
    format: int
    pixel_format: int
    width: int
    height: int
    stride_bytes: int
    pixel_offset: int
    size_bytes: int
    created_unix_s: int
    expires_unix_ns: int
    expires_boottime_ns: int
    ttl_s: int
    session: int
    flags: int
    rows_ready: int
    render_ns: int
    transfer_ns: int
    checksum_kind: int
    checksum: bytes


def parse_slot(content: bytes) -> SlotContent:
    return SlotContent._make(SLOT_CONTENT.unpack_from(content))


def to_render(slot: SlotContent) -> Optional[Render]:
    """None when the slot holds no render, or one of a kind unknown here."""
    known = (
        slot.state in (PENDING, READY)
        and 0 < slot.format < len(FORMATS)
        and (slot.pixel_format == ENCODED_NUMBER or slot.pixel_format in BY_NUMBER)
        and slot.checksum_kind < len(_CHECKSUMS)
    )
    if not known:
        return None
    prefix, checksum_bytes = _CHECKSUMS[slot.checksum_kind]
    return Render(
        id=f"{slot.id:016x}",
        key=f"{slot.key_high:016x}{slot.key_low:016x}",
        session=f"{slot.session & 0xFFFFFF:06x}",
        ready=slot.state == READY,
        format=FORMATS[slot.format],
        pixel_format=BY_NUMBER.get(slot.pixel_format),
        width=slot.width,
        height=slot.height,
        stride=slot.stride_bytes,
        size=slot.size_bytes,
        created=slot.created_unix_s,
        expires=slot.expires_unix_ns / 1e9,
        ttl=slot.ttl_s,
        pinned=bool(slot.flags & _PINNED),
        encrypted=bool(slot.flags & _ENCRYPTED),
        rows_ready=slot.rows_ready,
        render_ns=slot.render_ns,
        transfer_ns=slot.transfer_ns,
        checksum=prefix + slot.checksum[:checksum_bytes].hex(),
    )
