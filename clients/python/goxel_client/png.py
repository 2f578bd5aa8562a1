"""Writes PNG files with nothing but zlib, for picture viewers and notebooks.

The daemon's own encoder (Client.encode) is many times faster and makes smaller
files; this one needs neither the daemon nor Pillow.
"""

from __future__ import annotations

import struct
import zlib
from typing import List

from .errors import InvalidArgument
from .pixel_format import RGBA8, UINT8, UINT16, PixelFormat

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGBA, _GREY = 6, 0
# Of each pixel format: bits of a sample, and PNG's colour type.
_FORMS = {RGBA8: (8, _RGBA), UINT8: (8, _GREY), UINT16: (16, _GREY)}
_NO_FILTER = b"\0"
_COMPRESSION = 1


def can_encode(pixel_format: PixelFormat) -> bool:
    return pixel_format in _FORMS


def encode_png(
    pixels: memoryview, width: int, height: int, stride: int, pixel_format: PixelFormat
) -> bytes:
    """The PNG of `height` rows of `width` pixels, the top one first."""
    if not can_encode(pixel_format):
        names = ", ".join(each.name for each in _FORMS)
        raise InvalidArgument(
            f"pixels of {pixel_format.name} cannot be a PNG; it holds {names}. "
            "Save them as .pam, or use numpy.save"
        )
    bits, colour_type = _FORMS[pixel_format]
    row_bytes = width * pixel_format.bytes_per_pixel
    rows: List[bytes] = []
    for y in range(height):
        row = bytes(pixels[y * stride : y * stride + row_bytes])
        rows += [_NO_FILTER, _big_endian(row) if bits == 16 else row]
    return (
        _SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0))
        + _chunk(b"sRGB", b"\0")
        + _chunk(b"IDAT", zlib.compress(b"".join(rows), _COMPRESSION))
        + _chunk(b"IEND", b"")
    )


def _big_endian(row: bytes) -> bytes:
    swapped = bytearray(row)
    swapped[0::2], swapped[1::2] = row[1::2], row[0::2]
    return bytes(swapped)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
