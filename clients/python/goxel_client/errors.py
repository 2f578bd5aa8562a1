"""What can go wrong: one exception class for each reason that the daemon gives.

The class says what a program should do next; the message says what was wrong,
with which value, and what would be right. `data` has the daemon's figures, such
as `retry_after_ms`, `limit` or `errno`. Errors that this side finds itself (no
daemon, a file of another user) are of the same classes, with code None.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Type


class GoxelError(Exception):
    """Any failure of the daemon or of reaching it."""

    # The word in error.data.reason that stands for this class.
    reason: str = "internal"

    def __init__(
        self,
        message: str,
        *,
        code: Optional[int] = None,
        data: Optional[Mapping[str, Any]] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code  # Of JSON-RPC; None where the daemon did not answer.
        self.data: Dict[str, Any] = dict(data or {})

    def __str__(self) -> str:
        hint = self.data.get("hint")
        return f"{self.message} ({hint})" if hint else self.message


class InvalidArgument(GoxelError, ValueError):
    """The caller's fault; the same call will fail again."""

    reason = "invalid_argument"


class NotFound(GoxelError, LookupError):
    """No such render, project, layer or file; or its time is over."""

    reason = "not_found"


class MethodNotFound(NotFound):
    """The daemon has no such method."""


class PermissionDenied(GoxelError, PermissionError):
    """A socket or file that this user, or the daemon, may not use."""

    reason = "permission_denied"


class ResourceExhausted(GoxelError):
    """A limit on what is kept; data["retry_after_ms"] where time helps."""

    reason = "resource_exhausted"


class TooLarge(GoxelError):
    """One request asks for more than data["limit"]."""

    reason = "too_large"


class StorageFailed(GoxelError):
    """The disk or a directory fails; data["errno"] names the error."""

    reason = "storage_failed"


class Unavailable(GoxelError, ConnectionError):
    """No daemon answers, or it stops; try again when one runs."""

    reason = "unavailable"


class FailedPrecondition(GoxelError):
    """The right call at the wrong moment, as undo with nothing to undo."""

    reason = "failed_precondition"


class FileTransferDisabled(GoxelError):
    """The daemon makes no files (--disable-file-transfer)."""

    reason = "file_transfer_disabled"


class IncompatibleProtocol(GoxelError):
    """The daemon and this package speak no common version."""

    reason = "incompatible_protocol"


class RenderFailed(GoxelError):
    """The picture could not be drawn."""

    reason = "render_failed"


class DataLoss(GoxelError):
    """A file, index or reply is not what it says it is."""

    reason = "data_loss"


class Cancelled(GoxelError):
    """The request was cancelled."""

    reason = "cancelled"


class TimedOut(GoxelError, TimeoutError):
    """Nothing came in time; the daemon may still carry the request out."""

    reason = "timed_out"


class InternalError(GoxelError):
    """A defect of the daemon."""


_METHOD_NOT_FOUND = -32601

_BY_REASON: Dict[str, Type[GoxelError]] = {
    kind.reason: kind
    for kind in (
        InvalidArgument,
        NotFound,
        PermissionDenied,
        ResourceExhausted,
        TooLarge,
        StorageFailed,
        Unavailable,
        FailedPrecondition,
        FileTransferDisabled,
        IncompatibleProtocol,
        RenderFailed,
        DataLoss,
        Cancelled,
        TimedOut,
        InternalError,
    )
}

# For replies without a reason: parse errors, and daemons of another make.
_BY_CODE: Dict[int, Type[GoxelError]] = {
    -32700: InvalidArgument,
    -32600: InvalidArgument,
    -32602: InvalidArgument,
    -32001: NotFound,
    -32002: PermissionDenied,
    -32003: ResourceExhausted,
    -32004: TooLarge,
    -32005: StorageFailed,
    -32006: Unavailable,
    -32007: FileTransferDisabled,
    -32008: IncompatibleProtocol,
    -32009: RenderFailed,
    -32010: DataLoss,
    -32011: TimedOut,
}


def error_from_reply(error: Mapping[str, Any]) -> GoxelError:
    """The exception for the `error` member of a reply."""
    code = error.get("code")
    data = error.get("data")
    figures: Mapping[str, Any] = data if isinstance(data, dict) else {}
    if code == _METHOD_NOT_FOUND:
        kind: Type[GoxelError] = MethodNotFound
    else:
        by_code = _BY_CODE.get(code, InternalError) if isinstance(code, int) else InternalError
        kind = _BY_REASON.get(str(figures.get("reason")), by_code)
    message = str(error.get("message") or "the daemon gave no reason")
    return kind(message, code=code if isinstance(code, int) else None, data=figures)
