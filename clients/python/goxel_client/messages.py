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

# How the daemon writes a reply with a result.
_RESULT_FIRST = b'{"jsonrpc":"2.0","result":'
_ID_LAST = b',"id":'

# Of a message whose result nobody has asked for yet.
_UNREAD: Any = object()

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


class Message:
    """A reply (method None) or a notification (id None)."""

    __slots__ = ("id", "method", "params", "error", "text", "_result")

    def __init__(
        self,
        id: Optional[int] = None,
        method: Optional[str] = None,
        params: Any = None,
        error: Optional[GoxelError] = None,
        text: bytes = b"",
    ) -> None:
        self.id = id
        self.method = method
        self.params = params
        self.error = error
        self.text = text
        self._result = _UNREAD

    @property
    def result(self) -> Any:
        """Read when it is asked for: of a picture, few want more than its pixels.
        Raises DataLoss when it cannot be read.
        """
        if self._result is _UNREAD:
            self._result = _read_object(self.text).get("result")
        return self._result


class Answer(NamedTuple):
    """A reply without an error, and the descriptors that came with it."""

    message: Message
    descriptors: Descriptors

    @property
    def result(self) -> Any:
        return self.message.result


def encode_request(request_id: int, method: str, params: Params) -> bytes:
    """One request, without a line break behind it: so what the kernel has not
    taken whole cannot have been carried out.
    """
    try:
        # Only what is the caller's has to be looked through.
        rest = "" if params is None else f',"params":{_ENCODER.encode(params)}'
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"the parameters of {method} are not JSON: {error}") from error
    name = _ENCODER.encode(method)
    return f'{{"jsonrpc":"2.0","id":{request_id},"method":{name}{rest}}}'.encode()


def decode_message(text: bytes) -> Message:
    """Raises DataLoss when this is no message. The result of a reply that has one
    is not looked at yet.
    """
    if text.startswith(_RESULT_FIRST):
        # Nothing within an object that begins so can look like this at its end.
        digits = text[text.rfind(_ID_LAST) + len(_ID_LAST) : -1]
        if digits.isdigit():
            return Message(int(digits), text=text)
    message = _read_object(text)
    error = message.get("error")
    request_id = message.get("id")
    return Message(
        request_id if isinstance(request_id, int) else None,
        message.get("method"),
        message.get("params"),
        error_from_reply(error) if isinstance(error, dict) else None,
        text,
    )


def _read_object(text: bytes) -> Dict[str, Any]:
    try:
        message = _DECODER.decode(text.decode())
    except ValueError as broken:
        raise DataLoss(f"the daemon's reply cannot be read: {broken}") from broken
    if not isinstance(message, dict):
        raise DataLoss(f"the daemon's reply is {text[:60]!r}, which is no JSON object")
    return message
