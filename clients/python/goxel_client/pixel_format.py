"""What one pixel of a raw render is: colour, or one plane of a view's data.

All numbers are little-endian; rows stand one behind the other, the top one
first.
"""

from __future__ import annotations

from typing import Dict, NamedTuple, Tuple


class PixelFormat(NamedTuple):
    name: str  # As mapping.pixel_format on the wire.
    number: int  # In the index.
    tuple_type: str  # TUPLTYPE of the PAM file.
    typestr: str  # As in numpy's array interface.
    channels: int
    bytes_per_pixel: int

    def shape(self, width: int, height: int) -> Tuple[int, ...]:
        """(height, width), and the channels where there are several."""
        return (height, width) if self.channels == 1 else (height, width, self.channels)

    def strides(self, stride: int) -> Tuple[int, ...]:
        """In bytes, from one row, pixel and channel to the next."""
        if self.channels == 1:
            return (stride, self.bytes_per_pixel)
        return (stride, self.bytes_per_pixel, self.bytes_per_pixel // self.channels)


RGBA8 = PixelFormat("rgba8", 1, "RGB_ALPHA", "|u1", 4, 4)
FLOAT32 = PixelFormat("float32", 2, "GOXEL_FLOAT32", "<f4", 1, 4)
INT8X4 = PixelFormat("int8x4", 3, "GOXEL_INT8X4", "|i1", 4, 4)
UINT8 = PixelFormat("uint8", 4, "GOXEL_UINT8", "|u1", 1, 1)
UINT16 = PixelFormat("uint16", 5, "GOXEL_UINT16", "<u2", 1, 2)
INT16X4 = PixelFormat("int16x4", 6, "GOXEL_INT16X4", "<i2", 4, 8)

# In the index: the file is a PNG or the like, without pixels to map.
ENCODED_NUMBER = 0

_ALL = (RGBA8, FLOAT32, INT8X4, UINT8, UINT16, INT16X4)
BY_NAME: Dict[str, PixelFormat] = {each.name: each for each in _ALL}
BY_NUMBER: Dict[int, PixelFormat] = {each.number: each for each in _ALL}
BY_TUPLE_TYPE: Dict[bytes, PixelFormat] = {each.tuple_type.encode(): each for each in _ALL}
