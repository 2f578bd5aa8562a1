"""A connection to the daemon that calls methods, one after the other.

Thread safety: may be used from any thread; a call waits for its turn, and its
timeout counts from then. Open several clients for calls side by side.

A daemon that was restarted between two calls is connected to again, once, as
long as the request cannot have been carried out; one that may have reached a
daemon is never sent twice. A process that is forked with an open client gets a
connection of its own at its first call.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import time
from typing import Any, Callable, Dict, Iterator, List, Optional

from .errors import (
    DataLoss,
    FailedPrecondition,
    GoxelError,
    IncompatibleProtocol,
    MethodNotFound,
    PermissionDenied,
    Unavailable,
)
from .messages import (
    Answer,
    Line,
    LineFramer,
    Message,
    Params,
    decode_message,
    encode_request,
)
from .socket_stream import PeerGone, SocketStream

OnNotification = Callable[[str, Any], None]

# The versions of the protocol that this package speaks.
PROTOCOL = {"min": 1, "max": 1}
CLIENT_NAME = "goxel_client (Python)"
LONGEST_WAIT_S = 365 * 24 * 3600.0

LOST = (
    "the daemon closed the connection before it answered; the request may or "
    "may not have been carried out"
)

CLOSED_AGAIN = "the daemon on {} closes its connections; the request was not carried out"


class Connection:
    def __init__(self, path: str, timeout: float) -> None:
        self.path = path
        self.timeout = timeout  # Seconds; of calls that name none.
        self.greeting: Dict[str, Any] = {}  # The daemon's reply to goxel.hello.
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        # None when there is no connection, or when what else would come through
        # it could be taken for the answer to another request.
        self._stream: Optional[SocketStream] = None
        self._framer = LineFramer()
        self._waiting: List[Line] = []
        self._closed = False
        self._process = os.getpid()
        with self._lock:
            self._open(deadline_after(timeout))

    def close(self) -> None:
        """Idempotent. A call that waits for its reply in another thread ends first."""
        with self._lock:
            self._closed = True
            self._drop()

    def call(
        self,
        method: str,
        params: Params = None,
        timeout: Optional[float] = None,
        on_notification: Optional[OnNotification] = None,
    ) -> Answer:
        request_id = next(self._ids)
        data = encode_request(request_id, method, params)
        if self._process != os.getpid():
            self._leave_to_parent()
        with self._lock:
            if self._closed:
                raise FailedPrecondition(
                    f"{method} was called on a client that is closed; connect() again"
                )
            deadline = deadline_after(self.timeout if timeout is None else timeout)
            try:
                self._deliver(data, deadline)
                return self._receive(request_id, deadline, on_notification)
            except _Refused as refusal:
                raise refusal.error from None
            except BaseException:
                self._drop()
                raise

    def exchange(self, method: str, params: Params) -> Iterator[List[Message]]:
        """Calls, and yields all that has come whenever something has: notifications,
        and the reply as the last message. `timeout` is that of each wait.

        REQUIRES: the caller has this connection to itself.
        """
        request_id = next(self._ids)
        self._deliver(encode_request(request_id, method, params), deadline_after(self.timeout))
        replied = False
        while not replied:
            lines = [self._next_line(deadline_after(self.timeout)), *self._waiting]
            self._waiting = []
            messages = [decode_message(line.text) for line in lines]
            try:
                replied = any(_is_reply(message, request_id) for message in messages)
            except _Refused as refusal:
                raise refusal.error from None
            yield messages

    def _deliver(self, data: bytes, deadline: float) -> None:
        if self._stream is not None:
            try:
                return self._stream.send(data, deadline)
            except PeerGone:
                self._drop()
        stream = self._open(deadline)
        try:
            stream.send(data, deadline)
        except PeerGone as error:
            raise Unavailable(CLOSED_AGAIN.format(self.path)) from error

    def _open(self, deadline: float) -> SocketStream:
        """Connects and agrees on a protocol version."""
        self._stream = stream = SocketStream(self.path, deadline)
        try:
            request_id = next(self._ids)
            with contextlib.suppress(PeerGone):  # Its last words can still be read.
                stream.send(encode_request(request_id, "goxel.hello", hello_params()), deadline)
            self.greeting = self._receive(request_id, deadline, None).result
        except _Refused as refusal:
            self._drop()
            raise greeting_error(self.path, refusal.error) from None
        except Unavailable as error:
            uid = stream.peer_uid
            self._drop()
            raise closed_at_once(self.path, uid) from error
        except BaseException:
            self._drop()
            raise
        return stream

    def _receive(
        self, request_id: int, deadline: float, on_notification: Optional[OnNotification]
    ) -> Answer:
        while True:
            line = self._next_line(deadline)
            message = decode_message(line.text)
            if _is_reply(message, request_id):
                return Answer(message, line.descriptors)
            if on_notification is not None:
                on_notification(str(message.method), message.params)

    def _next_line(self, deadline: float) -> Line:
        assert self._stream is not None
        while not self._waiting:
            chunk, fds = self._stream.receive(deadline)
            if not chunk:
                raise Unavailable(LOST)
            self._waiting = self._framer.feed(chunk, fds)
        return self._waiting.pop(0)

    def _leave_to_parent(self) -> None:
        """After a fork: the connection is the parent's, and a thread of it may
        have held the lock.
        """
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._drop()

    def _drop(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self._stream = None
        self._framer = LineFramer()
        self._waiting = []


class _Refused(Exception):
    """The daemon answered with an error: the connection is as good as before."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


def _is_reply(message: Message, request_id: int) -> bool:
    """False for a notification. Raises _Refused for an error, DataLoss for the
    reply to another request.
    """
    if message.method is not None:
        return False
    if message.error is not None and message.id in (request_id, None):
        raise _Refused(message.error)
    if message.id != request_id:
        raise DataLoss(f"the daemon answered request {message.id} instead of {request_id}")
    return True


def deadline_after(timeout: float) -> float:
    return time.monotonic() + min(max(timeout, 0.0), LONGEST_WAIT_S)


def hello_params() -> Dict[str, Any]:
    return {"client": CLIENT_NAME, "protocol": PROTOCOL}


def closed_at_once(path: str, daemon_uid: int) -> GoxelError:
    """What to raise when the daemon closed a new connection without a word."""
    own_uid = os.geteuid()
    if own_uid not in (0, daemon_uid):
        return PermissionDenied(
            f"the daemon on {path} runs as uid {daemon_uid} and serves only that user and "
            f"root, not uid {own_uid}; start one of your own with 'goxel-daemon --socket PATH' "
            "and set GOXEL_SOCKET to PATH"
        )
    return Unavailable(
        f"the daemon on {path} closed the connection at once: it stops, or has as many "
        "clients as --max-connections allows; try again"
    )


def greeting_error(path: str, error: Exception) -> Exception:
    """What to raise when goxel.hello was refused with `error`."""
    if isinstance(error, MethodNotFound):
        return IncompatibleProtocol(
            f"the program on {path} does not know goxel.hello: it is older than "
            "goxel-daemon 0.19, or none; start a newer daemon, or name its "
            "socket in GOXEL_SOCKET"
        )
    return error
