"""The content key of a view: tells a picture from all others without a call.

docs/content-keys.md defines the text that is hashed. A view is described by the
arguments of Client.render(), checked less than the daemon checks them: a wrong
one makes a key that no render has. So does one that leaves out what the project
remembers (goxel.set_camera, goxel.set_light) or, in the style goxel, the light.
"""

from __future__ import annotations

import hashlib
from typing import Any

from .errors import InvalidArgument
from .key_camera import Camera, camera_lines
from .key_look import OPTIONS, look_lines
from .key_text import refuse_unknown

_DEFAULT_QUALITY = 90
_VARIANTS = {"pam": 0, "raw": 0, "png": 1, "ppm": 4, "jpg": 5, "bmp": 6, "qoi": 7}
_COMPRESSIONS = {"fast": 0, "balanced": 1, "smallest": 2}

# How the bytes come and how long they stay says nothing of the picture.
_NOT_OF_THE_PICTURE = ("ttl_seconds", "session_id", "cache", "checksum", "fallback")


class View:
    """What a picture shows of a scene, and in which kind of file."""

    def __init__(
        self,
        width: int = 512,
        height: int = 512,
        camera: Camera = None,
        *,
        format: str = "pam",
        compression: str = "fast",
        quality: int = _DEFAULT_QUALITY,
        **options: Any,
    ) -> None:
        if format not in _VARIANTS:
            raise InvalidArgument(f"format is {format!r}; expected {', '.join(_VARIANTS)}")
        if compression not in _COMPRESSIONS:
            raise InvalidArgument(
                f"compression is {compression!r}; expected {', '.join(_COMPRESSIONS)}"
            )
        look = {k: v for k, v in options.items() if k not in _NOT_OF_THE_PICTURE}
        refuse_unknown(look, OPTIONS, "")
        self._variant = _VARIANTS[format]
        if format == "png":
            self._variant += _COMPRESSIONS[compression]
        self._lines = [
            f"size {width} {height}",
            *look_lines(width, height, look),
            *camera_lines(camera),
        ]
        if format == "jpg" and quality != _DEFAULT_QUALITY:
            self._lines.append(f"quality {quality}")

    def text(self, scene: int, build: int) -> str:
        """The text that is hashed; `scene` and `build` are those of the index."""
        head = ["goxel-key 2", f"scene {scene:032x}", f"build {build:016x}"]
        return "\n".join([*head, *self._lines, ""])

    def key(self, scene: int, build: int) -> str:
        """32 hex digits."""
        digest = bytearray(hashlib.sha256(self.text(scene, build).encode()).digest()[:16])
        digest[15] = digest[15] & 0xF0 | self._variant
        return digest.hex()
