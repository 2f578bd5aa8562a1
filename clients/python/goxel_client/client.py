"""A client of the daemon: loads scenes, orders renders, maps their pixels.

Thread safety: a Client may be used from any thread; its calls run one after the
other. Open several for renders side by side. Images outlive their Client.

Errors: goxel_client.errors. A call that finds the daemon restarted connects
again by itself when it cannot have been carried out.
"""

from __future__ import annotations

import contextlib
import os
from typing import (
    Any,
    Dict,
    Generator,
    List,
    Mapping,
    Optional,
    Sequence,
    TypeVar,
    Union,
)

from . import operations as ops
from .closing import Closing
from .connection import Connection, OnNotification
from .errors import NotFound
from .image import Image, StrPath
from .index import Index
from .key_camera import Camera
from .messages import Params
from .operations import OnProgress, Operation, RenderId
from .replies import FileRender, Planes
from .socket_path import find_socket_path
from .views import METHOD as VIEWS_METHOD
from .views import Cameras, View, ViewBatch, ViewsOrder, turntable_cameras, turntable_fields

T = TypeVar("T")

DEFAULT_TIMEOUT_S = 60.0


def connect(
    socket_path: Optional[StrPath] = None, *, timeout: float = DEFAULT_TIMEOUT_S
) -> "Client":
    """Connects to the daemon on `socket_path`, or where find_socket_path() says.

    `timeout` is that of each call, in seconds. Raises Unavailable, saying how to
    start one, when no daemon answers; PermissionDenied on another user's socket;
    IncompatibleProtocol when the daemon and this package cannot talk.
    """
    return Client(socket_path, timeout=timeout)


class Client(Closing):
    def __init__(
        self, socket_path: Optional[StrPath] = None, *, timeout: float = DEFAULT_TIMEOUT_S
    ) -> None:
        path = find_socket_path() if socket_path is None else os.fspath(socket_path)
        self._connection = Connection(path, timeout)

    @property
    def socket_path(self) -> str:
        return self._connection.path

    @property
    def server(self) -> Dict[str, Any]:
        """What the daemon said at the latest connection: version, pid, features,
        limits, paths.
        """
        return dict(self._connection.greeting)

    def close(self) -> None:
        """Idempotent. Projects made with `ephemeral` end with the connection."""
        self._connection.close()

    def __repr__(self) -> str:
        return f"<goxel Client of {self.socket_path}>"

    def call(
        self,
        method: str,
        params: Params = None,
        *,
        timeout: Optional[float] = None,
        on_notification: Optional[OnNotification] = None,
    ) -> Any:
        """Any method of docs/wire-api.md; returns the `result`.

        `on_notification` gets (method, params) of what the daemon sends before
        the reply, in the calling thread; it must not call this client.
        """
        return self._connection.call(method, params, timeout, on_notification).result

    def load(self, path: StrPath, *, project_id: Optional[str] = None) -> Dict[str, Any]:
        """Loads a file (.gox, .vox, .qb, .txt, .ply, .obj), or "builtin:demo", in
        place of the scene of the project, the default one when absent.
        """
        return self._run(ops.load(path, project_id))

    def render(
        self,
        width: int = 512,
        height: int = 512,
        *,
        camera: Camera = None,
        project_id: Optional[str] = None,
        mode: str = "mmap",
        on_progress: Optional[OnProgress] = None,
        **options: Any,
    ) -> Image:
        """A picture whose pixels are mapped, not copied.

        `camera` is the name of a preset, or the fields of docs/wire-api's
        `camera`. `mode` "fd" gets the pixels as a sealed descriptor, for clients
        that cannot open the daemon's files. Further arguments are `options` of
        goxel.render_scene: background_color, transparent, ttl_seconds, cache, ...
        """
        return self._run(ops.render(width, height, camera, project_id, mode, on_progress, options))

    def planes(
        self,
        width: int,
        height: int,
        names: Sequence[str],
        *,
        camera: Camera = None,
        project_id: Optional[str] = None,
        color: bool = True,
        **options: Any,
    ) -> Planes:
        """Planes of one view, mapped: depth, distance, normal, object_id, ...;
        and its picture as "color", unless that is False.
        """
        return self._run(ops.planes(width, height, names, camera, project_id, color, options))

    def render_file(
        self,
        width: int = 512,
        height: int = 512,
        *,
        camera: Camera = None,
        project_id: Optional[str] = None,
        on_progress: Optional[OnProgress] = None,
        **options: Any,
    ) -> FileRender:
        """A picture in a file of the daemon's, a PNG unless `format` says else."""
        return self._run(ops.render_file(width, height, camera, project_id, on_progress, options))

    def render_bytes(
        self,
        width: int = 512,
        height: int = 512,
        *,
        camera: Camera = None,
        project_id: Optional[str] = None,
        **options: Any,
    ) -> bytes:
        """A picture in memory, a PNG unless `format` says else; needs no file."""
        return self._run(ops.render_bytes(width, height, camera, project_id, options))

    def render_to(
        self,
        path: StrPath,
        width: int = 512,
        height: int = 512,
        *,
        camera: Camera = None,
        project_id: Optional[str] = None,
        **options: Any,
    ) -> str:
        """Writes a picture to `path`, of the format of its extension, and returns
        the path, absolute. The file is the caller's; no limit counts it.
        """
        return self._run(ops.render_to(path, width, height, camera, project_id, options))

    def views(
        self,
        cameras: Cameras,
        width: int = 512,
        height: int = 512,
        *,
        project_id: Optional[str] = None,
        request_id: Optional[str] = None,
        **options: Any,
    ) -> Generator[Image, None, None]:
        """Yields an Image for each of `cameras` (a list, or "all" presets), in their
        order, while the daemon draws the next; `image.reply["name"]` is the view's.

        One look at the scene, by one request, or several where the daemon does not
        keep that many renders at once. The caller closes the Images; those that
        were not taken go, and what is not drawn yet is not drawn, when the
        iterator is left. The client's timeout is that of each wait.
        """
        order = ViewsOrder(width, height, project_id, request_id, options)
        return self._views(order, order.requests(cameras, order.room(self._limits())))

    def turntable(
        self,
        frames: int,
        width: int = 512,
        height: int = 512,
        *,
        camera: Optional[Mapping[str, Any]] = None,
        turns: float = 1.0,
        project_id: Optional[str] = None,
        request_id: Optional[str] = None,
        **options: Any,
    ) -> Generator[Image, None, None]:
        """views() of a camera that goes around the scene, anticlockwise as seen from
        above; all frames show the scene at the same size. `camera` has what they
        share (elevation, fov, ortho, ...), and the first azimuth.
        """
        order = ViewsOrder(width, height, project_id, request_id, options)
        room = order.room(self._limits())
        around = turntable_fields(min(frames, room), turns, camera or {})
        requests = [order.request(turntable=around)]
        if frames > room:
            first = self._views(order, requests)
            with contextlib.closing(first), next(first) as image:
                cameras = turntable_cameras(frames, turns, camera or {}, image.camera)
            requests = order.requests(cameras, room)
        yield from self._views(order, requests)

    def sheet(
        self,
        cameras: Cameras = "all",
        width: int = 256,
        height: int = 256,
        *,
        turntable: Optional[Mapping[str, Any]] = None,
        columns: Optional[int] = None,
        labels: Union[bool, Sequence[str], None] = None,
        gap: Optional[int] = None,
        label_color: Optional[Sequence[int]] = None,
        project_id: Optional[str] = None,
        request_id: Optional[str] = None,
        **options: Any,
    ) -> Image:
        """One picture of many views of width x height, labelled with their names.
        `turntable` ({"frames": 12, ...}) takes the place of `cameras`.
        """
        order = ViewsOrder(width, height, project_id, request_id, options)
        layout = {"columns": columns, "labels": labels, "gap": gap, "label_color": label_color}
        return self._run(ops.sheet(order, cameras, turntable, layout))

    def cancel(self, request_id: str) -> int:
        """Ends what was asked for under this `request_id`, here or by another client
        of this user: it raises Cancelled. Returns how many requests that were.
        A client in the midst of a call waits for its end: use another one.
        """
        return self._run(ops.cancel(request_id))

    def map(self, render_id: RenderId) -> Image:
        """The pixels of a render that exists already."""
        return self._run(ops.map_by_id(render_id))

    def renders(self) -> List[Dict[str, Any]]:
        """Every render that the daemon keeps, the oldest first."""
        return self._run(ops.renders())

    def info(self, render_id: RenderId, *, checksum: Optional[str] = None) -> Dict[str, Any]:
        """What goxel.get_render_info says; it computes a checksum on demand."""
        return self._run(ops.info(render_id, checksum))

    def encode(self, render_id: RenderId, format: str = "png", **options: Any) -> FileRender:
        """Another file of a render's picture: png, jpg, bmp, ppm or pam."""
        return self._run(ops.encode(render_id, format, options))

    def touch(self, render_id: RenderId, ttl_seconds: Optional[int] = None) -> Dict[str, Any]:
        """Moves a render's time of death to so many seconds from now."""
        return self._run(ops.touch(render_id, ttl_seconds))

    def pin(self, render_id: RenderId, pinned: bool = True) -> Dict[str, Any]:
        """A pinned render is not evicted to make room."""
        return self._run(ops.pin(render_id, pinned))

    def remove(self, render_id: RenderId) -> int:
        """Removes a render now; returns the bytes that this freed."""
        return self._run(ops.remove(render_id))

    def wait(
        self,
        render_id: Optional[RenderId] = None,
        *,
        key: Optional[str] = None,
        timeout: float = 30.0,
    ) -> Dict[str, Any]:
        """Waits until a render exists. Other calls of this client wait, too;
        Index.wait() asks nobody.
        """
        return self._run(ops.wait(render_id, key, timeout))

    def stats(self) -> Dict[str, Any]:
        """The daemon's figures about renders and the cache."""
        return self._run(ops.stats())

    def ping(self) -> float:
        """The daemon's clock, in seconds since the Unix epoch."""
        return self._run(ops.ping())

    def version(self) -> str:
        return self._run(ops.version())

    def index(self) -> Index:
        """The shared index of this daemon, for look-ups without a call."""
        return Index(self._connection.greeting["paths"]["render_dir"])

    def _limits(self) -> Mapping[str, int]:
        limits: Mapping[str, int] = self._connection.greeting["limits"]
        return limits

    def _views(self, order: ViewsOrder, requests: Sequence[Params]) -> Generator[Image, None, None]:
        """By a connection of their own: this client's is free meanwhile, and leaving
        it ends what the daemon has not done yet.
        """
        connection = Connection(self.socket_path, self._connection.timeout)
        try:
            for params in requests:
                with contextlib.closing(ViewBatch()) as batch:
                    for messages in connection.exchange(VIEWS_METHOD, params):
                        for message in messages:
                            batch.take(message)
                        for view in batch.ready():
                            yield view.image or self._draw_again(order, view)
        finally:
            connection.close()

    def _draw_again(self, order: ViewsOrder, view: View) -> Image:
        width, height, project_id, _, options = order
        camera = view.facts["camera"]
        return self.render(width, height, camera=camera, project_id=project_id, **options)

    def _run(self, operation: Operation[T]) -> T:
        attempts = operation.attempts
        while True:
            attempts -= 1
            answer = self._connection.call(
                operation.method,
                operation.params,
                operation.timeout,
                operation.on_notification,
            )
            try:
                return operation.convert(answer)
            except NotFound:
                # Evicted before it was mapped: the daemon can draw it again.
                if attempts == 0:
                    raise
