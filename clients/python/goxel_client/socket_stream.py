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

# Sending never blocks; receiving does, which saves asking first whether there is
# something. How long is set anew only when it differs by so much.
_SEND_FLAGS = socket.MSG_NOSIGNAL | socket.MSG_DONTWAIT
_PATIENCE_STEP_S = 0.01
_TIMEVAL = struct.Struct("@ll")


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
            self._socket.setblocking(True)
        except BaseException:
            self._socket.close()
            raise
        self._patience_s = 0.0  # What receiving waits at most: SO_RCVTIMEO.
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
                sent += self._socket.send(rest, _SEND_FLAGS)
            except BlockingIOError:
                _wait(self._writable, deadline)
            except (BrokenPipeError, ConnectionResetError) as error:
                raise PeerGone from error

    def receive(self, deadline: float) -> Tuple[bytes, List[int]]:
        """No bytes: the daemon closed the connection."""
        while True:
            self._be_patient_until(deadline)
            try:
                return receive_chunk(self._socket)
            except BlockingIOError:
                continue
            except ConnectionResetError:
                return b"", []

    def _be_patient_until(self, deadline: float) -> None:
        left_s = _time_left(deadline)
        if abs(left_s - self._patience_s) > _PATIENCE_STEP_S:
            # No time at all would be for ever.
            whole, fraction = divmod(max(left_s, 1e-6), 1)
            value = _TIMEVAL.pack(int(whole), int(fraction * 1e6))
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)
            self._patience_s = left_s


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
    if not poll.poll(_time_left(deadline) * 1000):
        raise _too_late()


def _time_left(deadline: float) -> float:
    """In seconds. Raises TimedOut when there is none."""
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise _too_late()
    return left_s


def _too_late() -> TimedOut:
    return TimedOut(
        "the daemon did not answer in time; it may still carry out the request. "
        "Give a longer timeout, or ask for less at a time"
    )
