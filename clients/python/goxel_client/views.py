"""Many views of one look at the scene (goxel.render_views): what is asked, and how
the pictures that come while the daemon draws become Images. Touches no socket.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Union

from .errors import DataLoss, InvalidArgument, NotFound
from .image import Image
from .key_camera import Camera
from .messages import Message
from .pam_header import PAM_HEADER_BYTES
from .pixel_format import RGBA8
from .replies import image_of_entry

METHOD = "goxel.render_views"

# "all" presets, or a list; fields of a camera may have a "name" among them.
Cameras = Union[str, Sequence[Camera]]

_ALL = "all"


class ViewsOrder(NamedTuple):
    """What all requests for the views of one call have in common."""

    width: int
    height: int
    project_id: Optional[str]
    request_id: Optional[str]
    options: Dict[str, Any]

    def request(self, **which: Any) -> Dict[str, Any]:
        """Parameters for the views that `which` names, told of as they are done."""
        options = {"return_mode": "mmap", "fallback": [], "stream": True, **self.options}
        params = {"width": self.width, "height": self.height, **which, "options": options}
        for name in ("project_id", "request_id"):
            value = getattr(self, name)
            if value is not None:
                params[name] = value
        return params

    def requests(self, cameras: Cameras, room: int) -> List[Dict[str, Any]]:
        """As many as it takes when each may order `room` views."""
        which = which_views(cameras)
        views = which.get("cameras")
        if views is None:
            return [self.request(**which)]
        starts = range(0, len(views), room)
        return [self.request(cameras=views[start : start + room]) for start in starts]

    def room(self, limits: Mapping[str, int]) -> int:
        """How many views one request may order: half of what the daemon keeps, so
        that there is a place for pictures that somebody still looks at.
        """
        pixels = max(int(self.width) * int(self.height), 1)
        bytes_each = pixels * RGBA8.bytes_per_pixel + PAM_HEADER_BYTES
        kept = min(limits["max_renders"], limits["max_cache_size"] // bytes_each)
        return max(kept // 2, 1)


def which_views(cameras: Cameras) -> Dict[str, Any]:
    """The parameter of the request that names these views."""
    if isinstance(cameras, str):
        if cameras != _ALL:
            raise InvalidArgument(
                f'cameras is {cameras!r}; expected "all", or a list: [{cameras!r}]'
            )
        return {"presets": _ALL}
    return {"cameras": [{} if camera is None else camera for camera in cameras]}


def turntable_fields(frames: int, turns: float, camera: Mapping[str, Any]) -> Dict[str, Any]:
    return {**camera, "frames": frames, "turns": turns}


def turntable_cameras(
    frames: int, turns: float, camera: Mapping[str, Any], first: Mapping[str, Any]
) -> List[Dict[str, Any]]:
    """The frames one by one, framed as `first` is: the exact camera of frame 0 of
    a turntable that the daemon framed. So several requests make one turntable.
    """
    framing = ("elevation", "target", "distance", "ortho_height")
    common = {**camera, **{name: first[name] for name in framing if name in first}}
    start = float(common.pop("azimuth", first["azimuth"]))
    common.pop("margin", None)
    azimuths = [start + 360.0 * turns * frame / frames for frame in range(frames)]
    return [{**common, "name": f"azimuth {each:.6g}", "azimuth": each} for each in azimuths]


class View(NamedTuple):
    facts: Dict[str, Any]  # The view's entry in the reply.
    image: Optional[Image]  # None: evicted before it could be mapped.


class ViewBatch:
    """The views of one request: mapped as they come, handed out in their order.

    close() gives back what nobody has taken.
    """

    def __init__(self) -> None:
        self._views: Dict[int, View] = {}
        self._next = 0

    def take(self, message: Message) -> None:
        """A notification of a view, or the reply, which has all of them."""
        if message.method is None:
            for facts in message.result["views"]:
                self._map(facts)
        elif message.method == "goxel.view_ready":
            self._map(message.params)

    def ready(self) -> Iterator[View]:
        """Each of them the caller's to close."""
        while self._next in self._views:
            view = self._views.pop(self._next)
            self._next += 1
            yield view

    def close(self) -> None:
        while self._views:
            _, view = self._views.popitem()
            if view.image is not None:
                view.image.close()

    def _map(self, facts: Dict[str, Any]) -> None:
        index = facts.get("index")
        if not isinstance(index, int):
            raise DataLoss(f"the daemon's reply has a view with the index {index!r}")
        if index < self._next or index in self._views:
            return
        try:
            self._views[index] = View(facts, image_of_entry(facts))
        except NotFound:
            self._views[index] = View(facts, None)
