"""The calls that Client and AsyncClient share: what is sent, and what becomes of
the reply. Nothing here touches a socket.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Callable, Dict, Generic, List, Mapping, Optional, Sequence, TypeVar, Union

from .connection import OnNotification
from .errors import InvalidArgument
from .image import Image, StrPath
from .index_layout import Render
from .key_camera import Camera, split_preset
from .mapping import map_render
from .messages import Answer, Params
from .replies import (
    FileRender,
    Planes,
    file_of,
    image_of,
    image_of_entry,
    picture_of,
    planes_of,
)
from .views import METHOD as VIEWS_METHOD
from .views import Cameras, ViewsOrder, which_views

T = TypeVar("T")

# Gets (rows_ready, rows): rows from the top that are final, and all of them.
OnProgress = Callable[[int, int], None]
# 16 hex digits, or whatever carries them.
RenderId = Union[str, Image, FileRender, Render]

_BUILTIN = "builtin:"
_WAIT_MARGIN_S = 5.0
# A render may be evicted between the daemon's reply and its mapping.
_MAPPING_ATTEMPTS = 3


@dataclass
class Operation(Generic[T]):
    method: str
    params: Params
    convert: Callable[[Answer], T]
    on_notification: Optional[OnNotification] = None
    timeout: Optional[float] = None  # Seconds; absent: the client's own.
    attempts: int = 1  # How often it may be done until its render can be mapped.


def load(path: StrPath, project_id: Optional[str]) -> Operation[Dict[str, Any]]:
    name = os.fspath(path)
    if not name.startswith(_BUILTIN):
        name = os.path.abspath(name)  # The daemon has another working directory.
    return Operation("goxel.load_project", _given(path=name, project_id=project_id), _result)


def render(
    width: int,
    height: int,
    camera: Camera,
    project_id: Optional[str],
    mode: str,
    on_progress: Optional[OnProgress],
    options: Dict[str, Any],
) -> Operation[Image]:
    if mode not in ("mmap", "fd"):
        raise InvalidArgument(
            f'mode is {mode!r}; render() maps by "mmap" or "fd". For files there is '
            "render_file(), for bytes render_bytes(), for a path of yours render_to()"
        )
    if "aov" in options:
        raise InvalidArgument(
            "render() makes one picture; planes() takes the planes of options.aov"
        )
    options = {"return_mode": mode, **({"fallback": ["fd"]} if mode == "mmap" else {}), **options}
    params = _view(width, height, camera, project_id, options, on_progress)
    return Operation(
        "goxel.render_scene",
        params,
        image_of,
        _progress_reader(on_progress),
        attempts=_MAPPING_ATTEMPTS if mode == "mmap" else 1,
    )


def planes(
    width: int,
    height: int,
    names: Sequence[str],
    camera: Camera,
    project_id: Optional[str],
    color: bool,
    options: Dict[str, Any],
) -> Operation[Planes]:
    if isinstance(names, str):
        raise InvalidArgument(f"planes() takes a list of names; give [{names!r}]")
    options = {"return_mode": "mmap", "aov": list(names), **options}
    if not color:
        options["color"] = False
    params = _view(width, height, camera, project_id, options, None)
    return Operation("goxel.render_scene", params, planes_of, attempts=_MAPPING_ATTEMPTS)


def render_file(
    width: int,
    height: int,
    camera: Camera,
    project_id: Optional[str],
    on_progress: Optional[OnProgress],
    options: Dict[str, Any],
) -> Operation[FileRender]:
    options = {"return_mode": "file_path", **options}
    if "output_dir" in options:
        options["output_dir"] = os.path.abspath(options["output_dir"])
    params = _view(width, height, camera, project_id, options, on_progress)
    return Operation("goxel.render_scene", params, file_of, _progress_reader(on_progress))


def render_bytes(
    width: int,
    height: int,
    camera: Camera,
    project_id: Optional[str],
    options: Dict[str, Any],
) -> Operation[bytes]:
    options = {"return_mode": "base64", **options}
    params = _view(width, height, camera, project_id, options, None)
    return Operation("goxel.render_scene", params, picture_of)


def render_to(
    path: StrPath,
    width: int,
    height: int,
    camera: Camera,
    project_id: Optional[str],
    options: Dict[str, Any],
) -> Operation[str]:
    params = _view(width, height, camera, project_id, options, None)
    params["output_path"] = os.path.abspath(path)
    return Operation("goxel.render_scene", params, lambda answer: str(answer.result["output_path"]))


def sheet(
    order: ViewsOrder,
    cameras: Cameras,
    turntable: Optional[Mapping[str, Any]],
    layout: Dict[str, Any],
) -> Operation[Image]:
    which = which_views(cameras) if turntable is None else {"turntable": dict(turntable)}
    params = order.request(**which, sheet=_given(**layout))
    del params["options"]["stream"]

    def convert(answer: Answer) -> Image:
        return image_of_entry(answer.result["sheet"])

    return Operation(VIEWS_METHOD, params, convert, attempts=_MAPPING_ATTEMPTS)


def cancel(request_id: str) -> Operation[int]:
    return Operation(
        "goxel.cancel",
        {"request_id": request_id},
        lambda answer: int(answer.result["cancelled"]),
    )


def map_by_id(render_id: RenderId) -> Operation[Image]:
    def convert(answer: Answer) -> Image:
        reply: Dict[str, Any] = answer.result
        facts = reply["render"]
        return Image(
            map_render(facts["path"], int(facts["id"], 16)), facts["id"], facts["path"], reply
        )

    return Operation("goxel.get_render_info", _of(render_id, checksum="none"), convert)


def renders() -> Operation[List[Dict[str, Any]]]:
    return Operation("goxel.list_renders", {}, lambda answer: list(answer.result["renders"]))


def info(render_id: RenderId, checksum: Optional[str]) -> Operation[Dict[str, Any]]:
    return Operation("goxel.get_render_info", _of(render_id, checksum=checksum), _result)


def encode(render_id: RenderId, format: str, options: Dict[str, Any]) -> Operation[FileRender]:
    return Operation("goxel.encode_render", _of(render_id, format=format, **options), file_of)


def touch(render_id: RenderId, ttl_seconds: Optional[int]) -> Operation[Dict[str, Any]]:
    return Operation("goxel.touch_render", _of(render_id, ttl_seconds=ttl_seconds), _render)


def pin(render_id: RenderId, pinned: bool) -> Operation[Dict[str, Any]]:
    return Operation("goxel.pin_render", _of(render_id, pinned=pinned), _render)


def remove(render_id: RenderId) -> Operation[int]:
    return Operation(
        "goxel.cleanup_render", _of(render_id), lambda answer: int(answer.result["freed_bytes"])
    )


def wait(
    render_id: Optional[RenderId], key: Optional[str], timeout: float
) -> Operation[Dict[str, Any]]:
    if (render_id is None) == (key is None):
        raise InvalidArgument("wait() takes either a render id or a key")
    params: Dict[str, Any] = {"key": key} if render_id is None else _of(render_id)
    params["timeout_ms"] = int(timeout * 1000)
    return Operation("goxel.wait_render", params, _render, timeout=timeout + _WAIT_MARGIN_S)


def stats() -> Operation[Dict[str, Any]]:
    return Operation("goxel.get_render_stats", {}, lambda answer: dict(answer.result["stats"]))


def ping() -> Operation[float]:
    """The daemon's clock, in seconds since the Unix epoch."""
    return Operation("goxel.ping", {}, lambda answer: float(answer.result["timestamp"]))


def version() -> Operation[str]:
    return Operation("goxel.get_version", {}, lambda answer: str(answer.result["version"]))


def id_text(render_id: RenderId) -> str:
    text = render_id if isinstance(render_id, str) else render_id.id
    if not text:
        raise InvalidArgument(f"{render_id!r} has no render id; its file is the caller's own")
    return text


def _result(answer: Answer) -> Dict[str, Any]:
    return dict(answer.result)


def _render(answer: Answer) -> Dict[str, Any]:
    return dict(answer.result["render"])


def _of(render_id: RenderId, **params: Any) -> Dict[str, Any]:
    return {"id": id_text(render_id), **_given(**params)}


def _given(**params: Any) -> Dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _view(
    width: int,
    height: int,
    camera: Camera,
    project_id: Optional[str],
    options: Dict[str, Any],
    on_progress: Optional[OnProgress],
) -> Dict[str, Any]:
    params = _given(width=width, height=height, project_id=project_id)
    preset, fields = split_preset(camera)
    if preset is not None:
        params["camera_preset"] = preset
    if fields:
        params["camera"] = fields
    params["options"] = {**options, **({"progress": True} if on_progress else {})}
    return params


def _progress_reader(on_progress: Optional[OnProgress]) -> Optional[OnNotification]:
    if on_progress is None:
        return None
    report = on_progress

    def read(method: str, params: Any) -> None:
        if method == "goxel.render_progress":
            report(int(params["rows_ready"]), int(params["rows"]))

    return read
