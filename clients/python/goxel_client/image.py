"""The pixels of one render, mapped read-only. No copy is made.

Ownership: an Image owns its mapping, and the mapping is the lease: the daemon
neither reuses nor evicts the file while it lives. close(), the end of a `with`
block, or the last reference give it back; a process that is killed does, too.
Arrays and memoryviews made from an Image keep the memory alive: closing it while
there are any raises BufferError instead of pulling the memory away.

Thread safety: may be read from any number of threads.
"""

from __future__ import annotations

import hashlib
import json
import os
from importlib import import_module
from typing import Any, Dict, Optional, Tuple, Union

from .closing import Closing
from .errors import InvalidArgument
from .mapping import PixelMapping
from .messages import Answer
from .pam_header import PAM_HEADER_BYTES, read_record, write_header
from .pixel_format import FLOAT32, RGBA8, UINT8, UINT16, PixelFormat
from .png import can_encode, encode_png

StrPath = Union[str, "os.PathLike[str]"]

# Pillow's mode of each pixel format that it knows, and that of the raw bytes.
_PILLOW_MODES = {
    RGBA8: ("RGBA", "RGBA"),
    UINT8: ("L", "L"),
    UINT16: ("I;16", "I;16"),
    FLOAT32: ("F", "F;32F"),
}


class Image(Closing):
    """height rows of stride bytes, the top one first.

    rgba8 is R, G, B, A; sRGB with straight alpha. Planes have the number types
    that pixel_format says.
    """

    __slots__ = ("id", "path", "_mapping", "_reply", "__weakref__")

    def __init__(
        self,
        mapping: PixelMapping,
        render_id: str = "",
        path: Optional[str] = None,
        reply: Union[Dict[str, Any], Answer, None] = None,
    ) -> None:
        """Takes over `mapping` and `reply`. Client.render() and Index.map() make these."""
        self._mapping = mapping
        self.id = render_id  # 16 hex digits.
        self.path = path  # None for pixels that came as a descriptor.
        self._reply = {} if reply is None else reply

    @property
    def reply(self) -> Dict[str, Any]:
        """What the daemon said of it: camera, render, file; {} from an index."""
        if isinstance(self._reply, Answer):
            self._reply = dict(self._reply.result)
        return self._reply

    @property
    def width(self) -> int:
        return self._mapping.width

    @property
    def height(self) -> int:
        return self._mapping.height

    @property
    def stride(self) -> int:
        """Bytes from one row to the next."""
        return self._mapping.stride

    @property
    def pixel_format(self) -> PixelFormat:
        return self._mapping.pixel_format

    @property
    def shape(self) -> Tuple[int, ...]:
        return self.pixel_format.shape(self.width, self.height)

    @property
    def cached(self) -> bool:
        """True when the daemon had the render already."""
        return bool(self.reply.get("render", {}).get("cached", False))

    @property
    def degraded(self) -> Optional[Dict[str, Any]]:
        """Why the pixels came in another way than asked for; None when they did not."""
        return self.reply.get("degraded")

    @property
    def record(self) -> Dict[str, str]:
        """What the render's own header says of it: id, key, created, ttl, ..."""
        return read_record(self._memory()[:PAM_HEADER_BYTES])

    @property
    def camera(self) -> Dict[str, Any]:
        """The exact camera: from the reply, else from the render's own header."""
        known = self.reply.get("camera")
        return dict(known) if known else dict(json.loads(self.record.get("camera", "{}")))

    @property
    def pixels(self) -> memoryview:
        """All rows as one read-only view of bytes."""
        begin = self._mapping.offset
        return memoryview(self._memory())[begin : begin + self._mapping.length]

    def row(self, y: int) -> memoryview:
        """The bytes of row `y`, 0 being the top; without padding."""
        if not 0 <= y < self.height:
            raise IndexError(f"row {y} of a picture with rows 0 to {self.height - 1}")
        begin = self._mapping.offset + y * self.stride
        width = self.width * self.pixel_format.bytes_per_pixel
        return memoryview(self._memory())[begin : begin + width]

    @property
    def __array_interface__(self) -> Dict[str, Any]:
        """For numpy.asarray(image), which shares the memory and cannot write to it.

        numpy keeps the view that stands here as the array's base, and so the
        mapping, for as long as the array or any view of it lives.
        """
        _, width, height, stride, _, layout = self._mapping
        return {
            "version": 3,
            "shape": layout.shape(width, height),
            "typestr": layout.typestr,
            "strides": layout.strides(stride),
            "data": self.pixels,
        }

    def pil(self) -> Any:
        """A PIL.Image.Image of the pixels; it shares the memory where Pillow can."""
        try:
            pillow = import_module("PIL.Image")
        except ImportError as error:
            raise ImportError("Image.pil() needs Pillow: install python3-pil") from error
        if self.pixel_format not in _PILLOW_MODES:
            raise InvalidArgument(
                f"Pillow has no mode for pixels of {self.pixel_format.name}; use numpy.asarray"
            )
        mode, raw_mode = _PILLOW_MODES[self.pixel_format]
        size = (self.width, self.height)
        # Where Pillow has to convert it takes bytes, and no other buffer.
        data = self.pixels if mode == raw_mode else bytes(self.pixels)
        return pillow.frombuffer(mode, size, data, "raw", raw_mode, self.stride, 1)

    def save(self, path: StrPath, **options: Any) -> None:
        """Writes a picture of the kind that the name ends in.

        .png and .pam are written here; other kinds, and options, are Pillow's.
        """
        kind = os.path.splitext(os.fspath(path))[1].lower()
        if options or kind not in (".png", ".pam"):
            return self._save_by_pillow(path, options)
        data = self._png() if kind == ".png" else self._pam()
        with open(path, "wb") as file:
            file.write(data)

    def sha256(self) -> str:
        """Hex digest of the pixels alone: equal for equal pictures, however they came."""
        return hashlib.sha256(self.pixels).hexdigest()

    def close(self) -> None:
        """Unmaps, and so gives the lease back. Idempotent.

        Raises BufferError, and stays open, while arrays or views of it live.
        """
        try:
            self._mapping.memory.close()
        except BufferError:
            raise BufferError(
                f"render {self.id} is still in use: drop the arrays and memoryviews that "
                "share its memory (or copy them), then close it"
            ) from None

    @property
    def closed(self) -> bool:
        return self._mapping.memory.closed

    def __repr__(self) -> str:
        state = "closed" if self.closed else self.pixel_format.name
        return f"<goxel Image {self.id} {self.width}x{self.height} {state}>"

    def _repr_png_(self) -> Optional[bytes]:
        """What Jupyter shows; None for planes that are no picture."""
        return self._png() if can_encode(self.pixel_format) else None

    def _memory(self) -> Any:
        if self.closed:
            raise ValueError(f"render {self.id} is closed; render or map it again")
        return self._mapping.memory

    def _png(self) -> bytes:
        with self.pixels as pixels:
            return encode_png(pixels, self.width, self.height, self.stride, self.pixel_format)

    def _pam(self) -> bytes:
        rows = b"".join(self.row(y) for y in range(self.height))
        return write_header(self.width, self.height, self.pixel_format) + rows

    def _save_by_pillow(self, path: StrPath, options: Dict[str, Any]) -> None:
        try:
            picture = self.pil()
        except ImportError as error:
            raise ImportError(
                f"saving {os.fspath(path)!r} needs Pillow (python3-pil); without it .png and "
                ".pam can be saved, and Client.encode() makes jpg, bmp and ppm"
            ) from error
        if picture.mode == "RGBA" and os.fspath(path).lower().endswith((".jpg", ".jpeg")):
            picture = _on_white(picture)
        picture.save(path, **options)


def _on_white(picture: Any) -> Any:
    """A JPEG has no alpha; the daemon's show what is transparent on white, too."""
    ground = import_module("PIL.Image").new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return ground.convert("RGB")
