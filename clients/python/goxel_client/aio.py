"""The asyncio twin of goxel_client.Client: the same calls, to be awaited.

    import goxel_client as goxel

    async with goxel.aio.connect() as gx:
        image = await gx.render(640, 480)

Any number of calls may be under way at once; the daemon answers those of one
client in order. To be used from one event loop. Images outlive their client.
"""

from __future__ import annotations

import contextlib
import os
from types import TracebackType
from typing import (
    Any,
    AsyncGenerator,
    AsyncIterator,
    Dict,
    List,
    Mapping,
    Optional,
    Sequence,
    Type,
    TypeVar,
    Union,
)

from . import operations as ops
from .async_connection import AsyncConnection
from .client import DEFAULT_TIMEOUT_S
from .connection import OnNotification
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


def connect(
    socket_path: Optional[StrPath] = None, *, timeout: float = DEFAULT_TIMEOUT_S
) -> "AsyncClient":
    """A client of the daemon on `socket_path`, or where find_socket_path() says.

    It connects at the start of an `async with` block, or at its first call, and
    raises then what goxel_client.connect() raises.
    """
    return AsyncClient(socket_path, timeout=timeout)


class AsyncClient:
    """Each method does what that of the same name of goxel_client.Client does."""

    def __init__(
        self, socket_path: Optional[StrPath] = None, *, timeout: float = DEFAULT_TIMEOUT_S
    ) -> None:
        path = find_socket_path() if socket_path is None else os.fspath(socket_path)
        self._connection = AsyncConnection(path, timeout)

    @property
    def socket_path(self) -> str:
        return self._connection.path

    @property
    def server(self) -> Dict[str, Any]:
        """What the daemon said at the latest connection: version, pid, features,
        limits, paths.
        """
        return dict(self._connection.greeting)

    async def close(self) -> None:
        """Idempotent. Calls under way end with Unavailable."""
        self._connection.close()

    async def __aenter__(self) -> "AsyncClient":
        await self._connection.open()
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<goxel AsyncClient of {self.socket_path}>"

    async def call(
        self,
        method: str,
        params: Params = None,
        *,
        timeout: Optional[float] = None,
        on_notification: Optional[OnNotification] = None,
    ) -> Any:
        """Any method of docs/wire-api.md; returns the `result`.

        `on_notification` gets (method, params) of what the daemon sends before
        the reply, within the event loop.
        """
        answer = await self._connection.call(method, params, timeout, on_notification)
        return answer.result

    async def load(self, path: StrPath, *, project_id: Optional[str] = None) -> Dict[str, Any]:
        return await self._run(ops.load(path, project_id))

    async def render(
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
        return await self._run(
            ops.render(width, height, camera, project_id, mode, on_progress, options)
        )

    async def planes(
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
        return await self._run(ops.planes(width, height, names, camera, project_id, color, options))

    async def render_file(
        self,
        width: int = 512,
        height: int = 512,
        *,
        camera: Camera = None,
        project_id: Optional[str] = None,
        on_progress: Optional[OnProgress] = None,
        **options: Any,
    ) -> FileRender:
        return await self._run(
            ops.render_file(width, height, camera, project_id, on_progress, options)
        )

    async def render_bytes(
        self,
        width: int = 512,
        height: int = 512,
        *,
        camera: Camera = None,
        project_id: Optional[str] = None,
        **options: Any,
    ) -> bytes:
        return await self._run(ops.render_bytes(width, height, camera, project_id, options))

    async def render_to(
        self,
        path: StrPath,
        width: int = 512,
        height: int = 512,
        *,
        camera: Camera = None,
        project_id: Optional[str] = None,
        **options: Any,
    ) -> str:
        return await self._run(ops.render_to(path, width, height, camera, project_id, options))

    async def views(
        self,
        cameras: Cameras,
        width: int = 512,
        height: int = 512,
        *,
        project_id: Optional[str] = None,
        request_id: Optional[str] = None,
        **options: Any,
    ) -> AsyncGenerator[Image, None]:
        """Cancelling the task that waits for a view ends the daemon's work, as
        aclose() does; a loop that is left by `break` has that done soon after.
        """
        order = ViewsOrder(width, height, project_id, request_id, options)
        requests = order.requests(cameras, order.room(await self._limits()))
        async with _closing(self._views(order, requests)) as images:
            async for image in images:
                yield image

    async def turntable(
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
    ) -> AsyncGenerator[Image, None]:
        order = ViewsOrder(width, height, project_id, request_id, options)
        room = order.room(await self._limits())
        around = turntable_fields(min(frames, room), turns, camera or {})
        requests = [order.request(turntable=around)]
        if frames > room:
            async with _closing(self._views(order, requests)) as first:
                with await first.__anext__() as image:
                    cameras = turntable_cameras(frames, turns, camera or {}, image.camera)
            requests = order.requests(cameras, room)
        async with _closing(self._views(order, requests)) as images:
            async for image in images:
                yield image

    async def sheet(
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
        order = ViewsOrder(width, height, project_id, request_id, options)
        layout = {"columns": columns, "labels": labels, "gap": gap, "label_color": label_color}
        return await self._run(ops.sheet(order, cameras, turntable, layout))

    async def cancel(self, request_id: str) -> int:
        """Ends what was asked for under this `request_id`. A client's calls are
        answered in order: use another one for calls of this client.
        """
        return await self._run(ops.cancel(request_id))

    async def map(self, render_id: RenderId) -> Image:
        return await self._run(ops.map_by_id(render_id))

    async def renders(self) -> List[Dict[str, Any]]:
        return await self._run(ops.renders())

    async def info(self, render_id: RenderId, *, checksum: Optional[str] = None) -> Dict[str, Any]:
        return await self._run(ops.info(render_id, checksum))

    async def encode(self, render_id: RenderId, format: str = "png", **options: Any) -> FileRender:
        return await self._run(ops.encode(render_id, format, options))

    async def touch(self, render_id: RenderId, ttl_seconds: Optional[int] = None) -> Dict[str, Any]:
        return await self._run(ops.touch(render_id, ttl_seconds))

    async def pin(self, render_id: RenderId, pinned: bool = True) -> Dict[str, Any]:
        return await self._run(ops.pin(render_id, pinned))

    async def remove(self, render_id: RenderId) -> int:
        return await self._run(ops.remove(render_id))

    async def wait(
        self,
        render_id: Optional[RenderId] = None,
        *,
        key: Optional[str] = None,
        timeout: float = 30.0,
    ) -> Dict[str, Any]:
        """Waits until a render exists. What this client is asked for later is
        answered later, too.
        """
        return await self._run(ops.wait(render_id, key, timeout))

    async def stats(self) -> Dict[str, Any]:
        return await self._run(ops.stats())

    async def ping(self) -> float:
        return await self._run(ops.ping())

    async def version(self) -> str:
        return await self._run(ops.version())

    def index(self) -> Index:
        return Index(self._connection.greeting["paths"]["render_dir"])

    async def _limits(self) -> Mapping[str, int]:
        await self._connection.open()
        limits: Mapping[str, int] = self._connection.greeting["limits"]
        return limits

    async def _views(
        self, order: ViewsOrder, requests: Sequence[Params]
    ) -> AsyncGenerator[Image, None]:
        """By a connection of their own, as Client has it."""
        connection = AsyncConnection(self.socket_path, self._connection.timeout)
        try:
            for params in requests:
                exchange = connection.exchange(VIEWS_METHOD, params)
                with contextlib.closing(ViewBatch()) as batch:
                    async with _closing(exchange) as arrivals:
                        async for messages in arrivals:
                            for message in messages:
                                batch.take(message)
                            for view in batch.ready():
                                yield view.image or await self._draw_again(order, view)
        finally:
            connection.close()

    async def _draw_again(self, order: ViewsOrder, view: View) -> Image:
        width, height, project_id, _, options = order
        camera = view.facts["camera"]
        return await self.render(width, height, camera=camera, project_id=project_id, **options)

    async def _run(self, operation: Operation[T]) -> T:
        attempts = operation.attempts
        while True:
            attempts -= 1
            answer = await self._connection.call(
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


@contextlib.asynccontextmanager
async def _closing(generator: AsyncGenerator[T, None]) -> AsyncIterator[AsyncGenerator[T, None]]:
    """contextlib.aclosing() of Python 3.10."""
    try:
        yield generator
    finally:
        await generator.aclose()
