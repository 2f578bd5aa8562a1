"""What the daemon's replies about renders become: Images, files, planes."""

from __future__ import annotations

import binascii
import os
import re
from typing import Any, Dict, Iterator, Mapping, NamedTuple, Optional

from .closing import Closing
from .errors import DataLoss
from .image import Image
from .mapping import map_render, map_sealed
from .messages import Answer
from .pixel_format import BY_NAME, PixelFormat


# How the daemon begins a reply about a mapped file: where it is, and its id. A
# reply that begins otherwise is read whole.
_MAPPED_FILE = re.compile(
    rb'\{"jsonrpc":"2\.0","result":\{"success":true,"file":\{"path":"([^"\\]+)"'
    rb'[^{]*\{[^}]*\}[^}]*\},"render":\{"id":"([0-9a-f]{16})"'
)


class FileRender(NamedTuple):
    """A render in a file of the daemon's, or of `output_dir`.

    Degraded, when the daemon could make no file: the bytes of the picture, and
    no path.
    """

    id: str  # "" where the file is the caller's own.
    path: Optional[str]
    size: int  # Bytes.
    format: str
    checksum: str  # "sha256:..." or ""; of the whole file.
    expires_at: int  # Seconds since the Unix epoch; 0: the daemon never removes it.
    cached: bool
    picture: Optional[bytes]
    reply: Dict[str, Any]

    @property
    def degraded(self) -> Optional[Dict[str, Any]]:
        """Why there is no file; None when there is one."""
        return self.reply.get("degraded")

    def read(self) -> bytes:
        """The picture's bytes, wherever they are."""
        if self.picture is not None:
            return self.picture
        if self.path is None:
            raise DataLoss("the daemon's reply has neither a file nor a picture")
        with open(self.path, "rb") as file:
            return file.read()


class Planes(Closing, Mapping[str, Image]):
    """The planes of one view by name ("depth", "normal", ...), and "color" where
    it was asked for. Closing it closes them all.

    `reply` has what belongs to all of them: objects, intrinsics,
    world_to_camera, voxel_origin.
    """

    def __init__(self, images: Dict[str, Image], reply: Dict[str, Any]) -> None:
        self._images = images
        self.reply = reply

    def __getitem__(self, name: str) -> Image:
        return self._images[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._images)

    def __len__(self) -> int:
        return len(self._images)

    def close(self) -> None:
        """Raises BufferError, with the rest closed, while a view of one lives."""
        held: Optional[BufferError] = None
        for image in self._images.values():
            try:
                image.close()
            except BufferError as error:
                held = error
        if held is not None:
            raise held


def image_of(answer: Answer) -> Image:
    """Maps what a reply of return_mode mmap or fd tells of."""
    fd = answer.descriptors.take()
    if fd is None:
        known = _MAPPED_FILE.match(answer.message.text)
        if known is None:
            reply = _object(answer.result)
            return _mapped_file(reply, reply)
        path, render_id = known.group(1).decode(), known.group(2).decode()
        return Image(map_render(path, int(render_id, 16)), render_id, path, answer)
    reply = _object(answer.result)
    try:
        file, mapping = _object(reply.get("file")), _object(reply.get("mapping"))
        size = _object(file.get("dimensions"))
        pixels = map_sealed(
            fd,
            int(size["width"]),
            int(size["height"]),
            int(mapping["stride"]),
            int(mapping["offset"]),
            _pixel_format(mapping),
        )
    except KeyError as error:
        raise _unreadable(str(error)) from error
    finally:
        os.close(fd)
    return Image(pixels, _id_of(reply), None, reply)


def image_of_entry(facts: Dict[str, Any]) -> Image:
    """Maps one of the pictures of goxel.render_views: a view, or the sheet."""
    return _mapped_file(facts, facts)


def planes_of(answer: Answer) -> Planes:
    """Maps every plane of a reply with options.aov, and its picture if it has one."""
    reply = _object(answer.result)
    images: Dict[str, Image] = {}
    try:
        if "mapping" in reply:
            images["color"] = _mapped_file(reply, reply)
        for name, plane in _object(reply.get("planes")).items():
            images[name] = _mapped_file(_object(plane), reply)
    except BaseException:
        for image in images.values():
            image.close()
        raise
    return Planes(images, reply)


def file_of(answer: Answer) -> FileRender:
    """Of replies with a `file`, or a picture in its place."""
    reply = _object(answer.result)
    if "image" in reply:
        facts, picture = _object(reply["image"]), picture_of(answer)
    else:
        facts, picture = _object(reply.get("file")), None
        if not facts.get("path"):
            raise _unreadable("it has no file.path")
    return FileRender(
        id=_id_of(reply),
        path=facts.get("path"),
        size=int(facts.get("size", 0)),
        format=str(facts.get("format", "")),
        checksum=str(facts.get("checksum", "")),
        expires_at=int(facts.get("expires_at", 0)),
        cached=bool(_object(reply.get("render")).get("cached", False)),
        picture=picture,
        reply=reply,
    )


def picture_of(answer: Answer) -> bytes:
    """The bytes of a picture that came in the reply (return_mode base64)."""
    image = _object(_object(answer.result).get("image"))
    try:
        return binascii.a2b_base64(image["data"])
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(f"its image is no base64: {error}") from error


def _mapped_file(render: Dict[str, Any], reply: Dict[str, Any]) -> Image:
    path, render_id = _object(render.get("file")).get("path"), _id_of(render)
    if not path or not render_id:
        raise _unreadable("it names no file, or no render")
    own = {**reply, **render} if render is not reply else reply
    return Image(map_render(str(path), int(render_id, 16)), render_id, str(path), own)


def _id_of(reply: Mapping[str, Any]) -> str:
    return str(_object(reply.get("render")).get("id", ""))


def _pixel_format(mapping: Mapping[str, Any]) -> PixelFormat:
    name = mapping.get("pixel_format")
    if name not in BY_NAME:
        raise _unreadable(f"pixel_format is {name!r}; this package knows {', '.join(BY_NAME)}")
    return BY_NAME[name]


def _object(value: Any) -> Dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _unreadable(why: str) -> DataLoss:
    return DataLoss(f"the daemon's reply cannot be used: {why}")
