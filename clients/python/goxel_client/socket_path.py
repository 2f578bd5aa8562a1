"""Where the daemon's socket is, and what it means when nobody answers there."""

from __future__ import annotations

import errno
import os
from typing import Optional

from .daemon_places import daemon_places
from .errors import GoxelError, InvalidArgument, PermissionDenied, Unavailable

DEFAULT_SOCKET = "/tmp/goxel.sock"


def find_socket_path() -> str:
    """GOXEL_SOCKET when it is set, else the first that exists of
    $XDG_RUNTIME_DIR/goxel/goxel.sock, /run/goxel/goxel.sock and
    /tmp/goxel.sock, else the last of them.
    """
    places = daemon_places("GOXEL_SOCKET", "goxel.sock", DEFAULT_SOCKET)
    for place in places:
        if os.path.exists(place):
            return place
    return places[-1]


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
