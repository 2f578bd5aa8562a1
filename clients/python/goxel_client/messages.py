"""The text of JSON-RPC messages, and how they are cut out of the byte stream."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Union

from .errors import DataLoss, GoxelError, InvalidArgument, TooLarge, error_from_reply

Params = Union[Dict[str, Any], Sequence[Any], None]

# Made once: json.dumps() would make one for every request.
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_DECODER = json.JSONDecoder()

# A longer reply is refused rather than collected.
MAX_REPLY_BYTES = 1 << 30


class Descriptors:
    """File descriptors that came with a message, closed unless somebody takes them."""

    def __init__(self, fds: Sequence[int] = ()) -> None:
        self._fds: List[int] = list(fds)

    def add(self, fds: Sequence[int]) -> None:
        self._fds.extend(fds)

    def take(self) -> Optional[int]:
        """The first, now the caller's to close; None when there is none."""
        return self._fds.pop(0) if self._fds else None

    def close(self) -> None:
        while self._fds:
            os.close(self._fds.pop())

    def __del__(self) -> None:
        self.close()


# Of all messages that came without any. Nothing is added to it.
_NO_DESCRIPTORS = Descriptors()


class Line(NamedTuple):
    text: bytes
    descriptors: Descriptors


class LineFramer:
    """Cuts what recvmsg() delivers, split and joined as it likes, into lines.

    A descriptor comes with the first byte of its message, and one recvmsg()
    ends behind the message part that had it. So it belongs to the last message
    that begins in a chunk.
    """

    def __init__(self) -> None:
        self._parts: List[bytes] = []
        self._size = 0
        self._descriptors = Descriptors()

    def feed(self, chunk: bytes, fds: Sequence[int] = ()) -> List[Line]:
        """The lines that `chunk` completes, without their line breaks."""
        if not self._parts and not fds and chunk.find(b"\n") == len(chunk) - 1:
            return [Line(chunk[:-1], _NO_DESCRIPTORS)]  # As nearly all of them come.
        *ends, rest = chunk.split(b"\n")
        lines: List[Line] = []
        for end in ends:
            lines.append(Line(b"".join([*self._parts, end]), self._descriptors))
            self._parts, self._size = [], 0
            self._descriptors = Descriptors()
        owner = self._descriptors if rest or not lines else lines[-1].descriptors
        owner.add(fds)
        if rest:
            self._parts.append(rest)
            self._size += len(rest)
        if self._size > MAX_REPLY_BYTES:
            raise TooLarge(
                f"a reply is longer than {MAX_REPLY_BYTES} bytes; ask for less at a time",
                data={"limit": MAX_REPLY_BYTES},
            )
        return lines


class Answer:
    """The `result` of a reply and the descriptors that came with it."""

    def __init__(self, result: Any, descriptors: Descriptors) -> None:
        self.result = result
        self.descriptors = descriptors


class Message(NamedTuple):
    """A reply (method None) or a notification (id None)."""

    id: Optional[int]
    method: Optional[str]
    params: Any
    result: Any
    error: Optional[GoxelError]


def encode_request(request_id: int, method: str, params: Params) -> bytes:
    """One request, without a line break behind it: so what the kernel has not
    taken whole cannot have been carried out.
    """
    request: Dict[str, Any] = {"jsonrpc": "2.0", "id": request_id, "method": method}
    if params is not None:
        request["params"] = params
    try:
        return _ENCODER.encode(request).encode()
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"the parameters of {method} are not JSON: {error}") from error


def decode_message(text: bytes) -> Message:
    try:
        message = _DECODER.decode(text.decode())
    except ValueError as broken:
        raise DataLoss(f"the daemon's reply cannot be read: {broken}") from broken
    if not isinstance(message, dict):
        raise DataLoss(f"the daemon's reply is {text[:60]!r}, which is no JSON object")
    error = message.get("error")
    request_id = message.get("id")
    return Message(
        request_id if isinstance(request_id, int) else None,
        message.get("method"),
        message.get("params"),
        message.get("result"),
        error_from_reply(error) if isinstance(error, dict) else None,
    )
