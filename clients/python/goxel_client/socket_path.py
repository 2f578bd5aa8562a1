"""Where the daemon's socket is, and what it means when nobody answers there."""

from __future__ import annotations

import errno
import os
from typing import List, Optional

from .errors import GoxelError, InvalidArgument, PermissionDenied, Unavailable

DEFAULT_SOCKET = "/tmp/goxel.sock"
_SYSTEM_SOCKET = "/run/goxel/goxel.sock"


def find_socket_path() -> str:
    """GOXEL_SOCKET when it is set, else the first that exists of
    $XDG_RUNTIME_DIR/goxel/goxel.sock, /run/goxel/goxel.sock and
    /tmp/goxel.sock, else the last of them.
    """
    named = os.environ.get("GOXEL_SOCKET")
    if named:
        return named
    candidates: List[str] = []
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime:
        candidates.append(os.path.join(runtime, "goxel", "goxel.sock"))
    candidates.append(_SYSTEM_SOCKET)
    for candidate in candidates:
        if os.path.exists(candidate):
            return candidate
    return DEFAULT_SOCKET


def connect_error(path: str, error: OSError) -> GoxelError:
    """What to raise when connect(2) to `path` failed with `error`."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return PermissionDenied(
            f"the socket {path} may not be used by uid {os.geteuid()}"
            f"{_owner(path)}; run as that user, or start a daemon of your own "
            "with 'goxel-daemon --socket PATH' and set GOXEL_SOCKET to PATH"
        )
    if error.errno is None:
        return InvalidArgument(
            f"socket path {path!r} has {len(os.fsencode(path))} bytes; 1 to 107 are possible"
        )
    return Unavailable(
        f"no daemon answers on {path} ({os.strerror(error.errno)}); start one "
        f"with 'goxel-daemon --socket {path}'"
    )


def _owner(path: str) -> str:
    uid: Optional[int] = None
    try:
        uid = os.stat(path).st_uid
    except OSError:
        pass  # Its directory is closed to us, too.
    return "" if uid is None else f": it belongs to uid {uid}"
