"""The first 4096 bytes of a mapped render: a PAM header with the render's record.

docs/render-files.md describes the form: `P7`, blank lines as padding, then six
keyword lines, each with at most one comment line before it; the comments joined
are the record.
"""

from __future__ import annotations

import mmap
import re
from typing import Dict, NamedTuple, Optional, Union

from .pixel_format import BY_TUPLE_TYPE, PixelFormat

PAM_HEADER_BYTES = 4096

_COMMENT = rb"(?:#[^\n]*\n)?"
_IDENTITY = re.compile(
    rb"# goxel-render\tid=([0-9a-f]{16})[^\n]*\n"
    rb"WIDTH ([1-9][0-9]{0,8})\n"
    + _COMMENT
    + rb"HEIGHT ([1-9][0-9]{0,8})\n"
    + _COMMENT
    + rb"DEPTH [1-9]\n"
    + _COMMENT
    + rb"MAXVAL 255\n"
    + _COMMENT
    + rb"TUPLTYPE ([A-Z0-9_]+)\n"
    + _COMMENT
    + rb"ENDHDR\n\Z"
)


class PamIdentity(NamedTuple):
    """Which render a header is of, and its geometry in pixels."""

    id: int
    width: int
    height: int
    pixel_format: PixelFormat


def read_identity(file: Union[bytes, mmap.mmap]) -> Optional[PamIdentity]:
    """None when this does not begin with the header of a render."""
    # A copy: bytes are searched word by word, a mapping is not.
    header = file[:PAM_HEADER_BYTES]
    if len(header) < PAM_HEADER_BYTES or not header.startswith(b"P7\n"):
        return None
    match = _IDENTITY.match(header, max(header.find(b"#"), 0))
    if match is None:
        return None
    pixel_format = BY_TUPLE_TYPE.get(match.group(4))
    if pixel_format is None:
        return None
    return PamIdentity(
        int(match.group(1), 16), int(match.group(2)), int(match.group(3)), pixel_format
    )


def read_record(header: bytes) -> Dict[str, str]:
    """The fields of the record: id, key, created, ttl, session, and camera and
    settings (JSON texts) where there was room for them.
    """
    pieces = [line[2:] for line in header.split(b"\n") if line.startswith(b"# ")]
    fields = b"".join(pieces).decode().split("\t")[1:]
    return dict(field.split("=", 1) for field in fields if "=" in field)


def write_header(width: int, height: int, pixel_format: PixelFormat) -> bytes:
    """A plain PAM header, without a record or padding."""
    return (
        f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {pixel_format.bytes_per_pixel}\n"
        f"MAXVAL 255\nTUPLTYPE {pixel_format.tuple_type}\nENDHDR\n"
    ).encode()
