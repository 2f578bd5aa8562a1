"""A connection to the daemon for asyncio: any number of calls under way at once.

The daemon carries out and answers the requests of one connection in order. To be
used from one event loop. Connects at the first call, and again, as
goxel_client.connection does, when the daemon was restarted between two calls.
"""

from __future__ import annotations

import asyncio
import errno
import itertools
import socket
from typing import Any, AsyncGenerator, Awaitable, Dict, List, Optional, TypeVar

from .connection import (
    CLOSED_AGAIN,
    LOST,
    OnNotification,
    closed_at_once,
    greeting_error,
    hello_params,
)
from .errors import FailedPrecondition, GoxelError, TimedOut, Unavailable
from .messages import Answer, LineFramer, Message, Params, decode_message, encode_request
from .socket_path import connect_error
from .socket_stream import BACKLOG_PAUSE_S, PeerGone, peer_uid_of, receive_chunk

T = TypeVar("T")


class _Call:
    """A request that waits for its reply."""

    def __init__(self, on_notification: Optional[OnNotification]) -> None:
        self.reply: "asyncio.Future[Answer]" = asyncio.get_running_loop().create_future()
        self.on_notification = on_notification

    def fail(self, error: BaseException) -> None:
        if not self.reply.done():
            self.reply.set_exception(error)

    def was_refused(self) -> bool:
        """True when the daemon has answered with an error."""
        error = self.reply.exception() if self.reply.done() else None
        return isinstance(error, GoxelError) and error.code is not None


class AsyncConnection:
    def __init__(self, path: str, timeout: float) -> None:
        self.path = path
        self.timeout = timeout  # Seconds; of calls that name none.
        self.greeting: Dict[str, Any] = {}  # The daemon's reply to goxel.hello.
        self._ids = itertools.count(1)
        self._socket: Optional[socket.socket] = None
        self._framer = LineFramer()
        self._sending: Optional[asyncio.Lock] = None  # Made within the loop.
        self._calls: Dict[int, _Call] = {}  # In the order of the requests.
        self._closed = False

    async def open(self) -> None:
        """Connects now instead of at the first call."""
        async with self._turn():
            if self._socket is None:
                await _in_time(self._connect(), "goxel.hello", self.timeout)

    def close(self) -> None:
        """Idempotent. Calls under way end with Unavailable."""
        self._closed = True
        self._drop(Unavailable("the client was closed before the daemon answered"))

    async def call(
        self,
        method: str,
        params: Params = None,
        timeout: Optional[float] = None,
        on_notification: Optional[OnNotification] = None,
    ) -> Answer:
        """A call that is cancelled or out of time is given up here; the daemon may
        still carry it out.
        """
        exchange = self._exchange(method, params, on_notification)
        return await _in_time(exchange, method, self.timeout if timeout is None else timeout)

    async def exchange(self, method: str, params: Params) -> AsyncGenerator[List[Message], None]:
        """Calls, and yields all that has come whenever something has: notifications,
        and the reply as the last message. `timeout` is that of each wait. To be
        closed by aclose().
        """
        arrived: List[Message] = []
        news = asyncio.Event()

        def note(name: str, about: Any) -> None:
            arrived.append(Message(method=name, params=about))
            news.set()

        def end(call: "asyncio.Future[Answer]") -> None:
            if not call.cancelled() and call.exception() is None:
                arrived.append(call.result().message)
            news.set()

        call = asyncio.ensure_future(self._exchange(method, params, note))
        call.add_done_callback(end)
        replied = False
        try:
            while not replied:
                await _in_time(news.wait(), method, self.timeout)
                news.clear()
                if call.done():
                    call.result()  # Raises what the daemon refused it with.
                messages, arrived[:] = arrived[:], []
                replied = bool(messages) and messages[-1].method is None
                yield messages
        finally:
            call.cancel()

    async def _exchange(
        self, method: str, params: Params, on_notification: Optional[OnNotification]
    ) -> Answer:
        request_id = next(self._ids)
        data = encode_request(request_id, method, params)
        async with self._turn():
            if self._closed:
                raise FailedPrecondition(
                    f"{method} was called on a client that is closed; connect() again"
                )
            if self._socket is None:
                await self._connect()
            try:
                call = await self._send(request_id, data, on_notification)
            except PeerGone:
                await self._connect()
                call = await self._send_to_fresh(request_id, data, on_notification)
        return await call.reply

    def _turn(self) -> asyncio.Lock:
        if self._sending is None:
            self._sending = asyncio.Lock()
        return self._sending

    async def _connect(self) -> None:
        """Connects and agrees on a protocol version."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            await _connect_socket(sock, self.path)
        except BaseException:
            sock.close()
            raise
        self._socket, self._framer = sock, LineFramer()
        asyncio.get_running_loop().add_reader(sock.fileno(), self._receive)
        request_id, uid = next(self._ids), peer_uid_of(sock)
        try:
            data = encode_request(request_id, "goxel.hello", hello_params())
            call = await self._send_to_fresh(request_id, data, None)
            self.greeting = (await call.reply).result
        except GoxelError as error:
            self._drop(error)
            if isinstance(error, Unavailable) and error.code is None:
                raise closed_at_once(self.path, uid) from error
            raise greeting_error(self.path, error) from None

    async def _send(
        self, request_id: int, data: bytes, on_notification: Optional[OnNotification]
    ) -> _Call:
        """Raises PeerGone when the daemon cannot have got all of `data`."""
        sock = self._socket
        if sock is None:
            raise PeerGone
        self._calls[request_id] = call = _Call(on_notification)
        try:
            await asyncio.get_running_loop().sock_sendall(sock, data)
        except OSError as error:
            self._receive()  # The daemon's last words.
            if call.was_refused():
                return call
            self._calls.pop(request_id, None)
            self._drop(Unavailable(LOST))
            raise PeerGone from error
        except BaseException:
            # Half a request may be on its way: nothing can follow it.
            self._drop(Unavailable(LOST))
            raise
        return call

    async def _send_to_fresh(
        self, request_id: int, data: bytes, on_notification: Optional[OnNotification]
    ) -> _Call:
        try:
            return await self._send(request_id, data, on_notification)
        except PeerGone as error:
            raise Unavailable(CLOSED_AGAIN.format(self.path)) from error

    def _receive(self) -> None:
        """Called by the event loop when something has arrived."""
        try:
            while self._socket is not None:
                chunk, fds = receive_chunk(self._socket)
                if not chunk:
                    return self._drop(Unavailable(LOST))
                for line in self._framer.feed(chunk, fds):
                    self._dispatch(decode_message(line.text), line.descriptors)
        except BlockingIOError:
            return
        except OSError as error:
            self._drop(Unavailable(f"{LOST} ({error})"))
        except GoxelError as error:
            self._drop(error)

    def _dispatch(self, message: Message, descriptors: Any) -> None:
        first = next(iter(self._calls), None)
        if message.method is not None:
            # Requests are carried out in order, so this is about the first.
            call = None if first is None else self._calls[first]
            if call is not None and call.on_notification is not None:
                try:
                    call.on_notification(message.method, message.params)
                except Exception as error:
                    call.fail(error)
            return
        request_id = first if message.id is None else message.id
        call = self._calls.pop(request_id, None) if request_id is not None else None
        if call is None or call.reply.done():
            descriptors.close()  # Nobody waits for it any more.
        elif message.error is not None:
            call.fail(message.error)
        else:
            call.reply.set_result(Answer(message, descriptors))

    def _drop(self, error: GoxelError) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None
        calls, self._calls = self._calls, {}
        for call in calls.values():
            call.fail(error)


async def _in_time(awaited: Awaitable[T], method: str, seconds: float) -> T:
    """asyncio.wait_for(), which before Python 3.12 may lose a cancellation."""
    task = asyncio.ensure_future(awaited)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if done:
            return task.result()
    finally:
        task.cancel()
    raise TimedOut(
        f"{method} was not answered within {seconds:g} s; the daemon may still carry it "
        "out. Give a longer timeout, or ask for less at a time"
    )


async def _connect_socket(sock: socket.socket, path: str) -> None:
    while True:
        try:
            return sock.connect(path)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise connect_error(path, error) from error
        await asyncio.sleep(BACKLOG_PAUSE_S)
