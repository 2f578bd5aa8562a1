"""A connected Unix socket with deadlines. Not thread safe."""

from __future__ import annotations

import array
import errno
import select
import socket
import struct
import time
from typing import List, Tuple

from .errors import TimedOut
from .socket_path import connect_error

_CHUNK_BYTES = 1 << 16
_MAX_DESCRIPTORS = 8
_CONTROL_BYTES = socket.CMSG_SPACE(_MAX_DESCRIPTORS * array.array("i").itemsize)

# A full backlog refuses a non-blocking connect, and nothing tells when there
# is room again.
BACKLOG_PAUSE_S = 0.002


class PeerGone(Exception):
    """The daemon closed the connection and has not got the whole message."""


def receive_chunk(sock: socket.socket) -> Tuple[bytes, List[int]]:
    """What has arrived, and the descriptors that came with it; no bytes at the
    end of the connection. Raises BlockingIOError when nothing has.
    """
    data, ancillary, _, _ = sock.recvmsg(_CHUNK_BYTES, _CONTROL_BYTES, socket.MSG_CMSG_CLOEXEC)
    if not ancillary:
        return data, []
    fds = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(content[: len(content) - len(content) % fds.itemsize])
    return data, list(fds)


def peer_uid_of(sock: socket.socket) -> int:
    credentials = struct.Struct("@iII")  # struct ucred: pid, uid, gid.
    data = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, credentials.size)
    return int(credentials.unpack(data)[1])


class SocketStream:
    def __init__(self, path: str, deadline: float) -> None:
        """Raises Unavailable, saying how to start a daemon, when none answers."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.setblocking(False)
            _connect(self._socket, path, deadline)
        except BaseException:
            self._socket.close()
            raise
        self._readable = select.poll()
        self._readable.register(self._socket, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(self._socket, select.POLLOUT)

    def close(self) -> None:
        self._socket.close()

    @property
    def peer_uid(self) -> int:
        """Of the process that listens."""
        return peer_uid_of(self._socket)

    def send(self, data: bytes, deadline: float) -> None:
        """Raises PeerGone when the daemon cannot have got all of `data`."""
        sent = 0
        while sent < len(data):
            try:
                # The whole is no copy: nearly always it goes at once.
                rest = memoryview(data)[sent:] if sent else data
                sent += self._socket.send(rest, socket.MSG_NOSIGNAL)
            except BlockingIOError:
                _wait(self._writable, deadline)
            except (BrokenPipeError, ConnectionResetError) as error:
                raise PeerGone from error

    def receive(self, deadline: float) -> Tuple[bytes, List[int]]:
        """No bytes: the daemon closed the connection."""
        while True:
            _wait(self._readable, deadline)
            try:
                return receive_chunk(self._socket)
            except BlockingIOError:
                continue
            except ConnectionResetError:
                return b"", []


def _connect(sock: socket.socket, path: str, deadline: float) -> None:
    while True:
        try:
            return sock.connect(path)
        except OSError as error:
            backlog_full = error.errno == errno.EAGAIN
            if not backlog_full or time.monotonic() >= deadline:
                raise connect_error(path, error) from error
        time.sleep(BACKLOG_PAUSE_S)


def _wait(poll: select.poll, deadline: float) -> None:
    left_ms = (deadline - time.monotonic()) * 1000
    if left_ms <= 0 or not poll.poll(left_ms):
        raise TimedOut(
            "the daemon did not answer in time; it may still carry out the request. "
            "Give a longer timeout, or ask for less at a time"
        )
