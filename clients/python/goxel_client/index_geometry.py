"""Where the parts of an index are, worked out from its capacity and checked.

The segment is treated as hostile: once this has passed, no offset leads out of it.
"""

from __future__ import annotations

import mmap
import struct
from typing import Dict, NamedTuple

from . import index_layout as layout
from .errors import DataLoss, Unavailable


class Geometry(NamedTuple):
    capacity: int
    bucket_count: int
    id_buckets: int  # Offsets in bytes.
    key_buckets: int
    slots: int
    segment_bytes: int


def checked_geometry(memory: mmap.mmap) -> Geometry:
    """Raises Unavailable when the index is still being made, DataLoss when it is
    none of this layout version or contradicts itself.
    """
    fields = _header_fields(memory)
    if fields["magic"] == 0:
        raise Unavailable("the render index is still being made; try again")
    if fields["magic"] != layout.MAGIC:
        raise no_index("its magic differs")
    _require_layout(fields)
    capacity = fields["capacity"]
    if capacity & (capacity - 1) or not layout.MIN_CAPACITY <= capacity <= layout.MAX_CAPACITY:
        raise no_index(
            f"its capacity {capacity} is no power of two from {layout.MIN_CAPACITY} "
            f"to {layout.MAX_CAPACITY}"
        )
    geometry = _geometry_of(capacity)
    if len(memory) != geometry.segment_bytes:
        raise no_index(
            f"a capacity of {capacity} makes {geometry.segment_bytes} bytes, and it has "
            f"{len(memory)}"
        )
    written = {
        "segment_bytes": geometry.segment_bytes,
        "slot_bytes": layout.SLOT_BYTES,
        "bucket_count": geometry.bucket_count,
        "id_buckets_offset": geometry.id_buckets,
        "key_buckets_offset": geometry.key_buckets,
        "slots_offset": geometry.slots,
    }
    if any(fields[name] != value for name, value in written.items()):
        raise no_index("its sizes and offsets contradict its capacity")
    return geometry


def no_index(why: str) -> DataLoss:
    return DataLoss(
        f"the file `index` is not a render index of layout version {layout.LAYOUT_VERSION}: {why}"
    )


def _header_fields(memory: mmap.mmap) -> Dict[str, int]:
    codes = {"u32": "<I", "u64": "<Q"}
    return {
        name: struct.unpack_from(codes[kind], memory, offset)[0]
        for name, kind, offset in layout.HEADER_FIELDS
        if kind in codes
    }


def _require_layout(fields: Dict[str, int]) -> None:
    version, hash_ = fields["layout_version"], fields["layout_hash"]
    if (version, hash_) != (layout.LAYOUT_VERSION, layout.LAYOUT_HASH):
        raise no_index(
            f"it has version {version} and layout hash {hash_:016x} instead of "
            f"{layout.LAYOUT_HASH:016x}; install the goxel_client that came with the daemon"
        )


def _geometry_of(capacity: int) -> Geometry:
    buckets = capacity // layout.SLOTS_PER_BUCKET
    table = buckets * layout.BUCKET_BYTES
    slots = layout.HEADER_BYTES + 2 * table
    return Geometry(
        capacity,
        buckets,
        layout.HEADER_BYTES,
        layout.HEADER_BYTES + table,
        slots,
        slots + capacity * layout.SLOT_BYTES,
    )
