"""Maps the pixels of a render read-only: a file of the daemon's, or a sealed memfd.

A mapping of a file holds the read lease as long as it lives. What it promises:
the bytes are those of the render that was asked for, whole, and stay so. Before
Python 3.13 every mapping also keeps one file descriptor open.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import stat
import sys
import time
from typing import Any, Dict, NamedTuple, Optional

from .errors import (
    DataLoss,
    GoxelError,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    StorageFailed,
)
from .lease import take_read_lease
from .pam_header import PAM_HEADER_BYTES, read_identity
from .pixel_format import PixelFormat

_OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK

# An evictor that has the file may be about to remove it, or let go of it again.
_LEASE_TRIES = 1000
_LEASE_PAUSE_S = 50e-6

# linux/fcntl.h; the module fcntl names them from Python 3.9 on some systems only.
_F_GET_SEALS = 1034
_F_SEAL_SHRINK, _F_SEAL_GROW, _F_SEAL_WRITE = 2, 4, 8
# Without these whoever holds the memfd could shrink it under a reader, which
# then dies of SIGBUS, or change the picture.
_REQUIRED_SEALS = _F_SEAL_SHRINK | _F_SEAL_GROW | _F_SEAL_WRITE

_MMAP_EXTRAS: Dict[str, Any] = {"trackfd": False} if sys.version_info >= (3, 13) else {}


class PixelMapping(NamedTuple):
    memory: mmap.mmap
    width: int  # Pixels.
    height: int  # Pixels.
    stride: int  # Bytes from one row to the next.
    offset: int  # Of the first pixel in `memory`.
    pixel_format: PixelFormat

    @property
    def length(self) -> int:
        return self.stride * self.height


def map_render(name: str, render_id: int, dir_fd: Optional[int] = None) -> PixelMapping:
    """Opens a render's file, takes the lease, maps it and checks its identity.

    `name` is a path, or relative to `dir_fd`. Raises NotFound when the render
    has expired, is being evicted, or its file now serves another; DataLoss when
    header, owner or size do not fit; PermissionDenied when this user may not
    read it.
    """
    fd = _open(name, render_id, dir_fd)
    try:
        _require_lease(fd, name, render_id, dir_fd)
        size = _require_owned_file(fd, name, dir_fd)
        memory = _map(fd, size)
        try:
            return _require_identity(memory, fd, name, render_id, dir_fd)
        except BaseException:
            memory.close()
            raise
    finally:
        os.close(fd)


def map_sealed(
    fd: int, width: int, height: int, stride: int, offset: int, pixel_format: PixelFormat
) -> PixelMapping:
    """Maps a memfd that a reply carried. Raises DataLoss when it could still
    change, or is too small for the geometry. `fd` stays the caller's.
    """
    try:
        seals = fcntl.fcntl(fd, _F_GET_SEALS)
    except OSError:
        seals = 0
    if seals & _REQUIRED_SEALS != _REQUIRED_SEALS:
        raise DataLoss(
            "the descriptor in the daemon's reply is no memfd sealed against "
            "shrinking, growing and writing"
        )
    size = os.fstat(fd).st_size
    rows_fit = width > 0 and height > 0 and stride >= width * pixel_format.bytes_per_pixel
    if not rows_fit or offset < 0 or offset + stride * height > size:
        raise DataLoss(
            f"{width}x{height} pixels of {pixel_format.name} with stride {stride} from "
            f"offset {offset} do not fit into a descriptor of {size} bytes"
        )
    return PixelMapping(_map(fd, size), width, height, stride, offset, pixel_format)


def _open(name: str, render_id: int, dir_fd: Optional[int]) -> int:
    try:
        return os.open(name, _OPEN_FLAGS, dir_fd=dir_fd)
    except FileNotFoundError:
        raise NotFound(
            f"render {render_id:016x} is gone: there is no file {name}; ask for it again"
        ) from None
    except PermissionError:
        raise PermissionDenied(
            f"{name} may not be read by uid {os.geteuid()}; run as the daemon's user, give "
            'the daemon a --file-mode that lets you read, or render with mode="fd"'
        ) from None
    except OSError as error:
        raise _os_error(f"open {name}", error) from error


def _require_lease(fd: int, name: str, render_id: int, dir_fd: Optional[int]) -> None:
    for _ in range(_LEASE_TRIES):
        if take_read_lease(fd):
            return
        if not _is_still_named(fd, name, dir_fd):
            break
        time.sleep(_LEASE_PAUSE_S)
    raise NotFound(f"render {render_id:016x} is being evicted; ask for it again")


def _require_owned_file(fd: int, name: str, dir_fd: Optional[int]) -> int:
    """Its size. A file that is not a regular one of the directory's owner was
    put there by somebody else.
    """
    file = os.fstat(fd)
    folder = name[: name.rfind("/") + 1]  # Cheaper than os.path.dirname().
    directory = os.stat(folder or ".") if dir_fd is None else os.fstat(dir_fd)
    if not stat.S_ISREG(file.st_mode) or file.st_uid != directory.st_uid:
        raise DataLoss(
            f"{name} is not a regular file of uid {directory.st_uid}, who owns the render directory"
        )
    if file.st_size <= PAM_HEADER_BYTES:
        raise DataLoss(
            f"{name} has {file.st_size} bytes; a mapped render has more than {PAM_HEADER_BYTES}"
        )
    return file.st_size


def _require_identity(
    memory: mmap.mmap, fd: int, name: str, render_id: int, dir_fd: Optional[int]
) -> PixelMapping:
    identity = read_identity(memory)
    if identity is None and _is_still_named(fd, name, dir_fd):
        raise DataLoss(f"the first {PAM_HEADER_BYTES} bytes of {name} are no header of a render")
    if identity is None or identity.id != render_id:
        raise NotFound(f"render {render_id:016x} is gone; the file that was {name} serves another")
    stride = identity.width * identity.pixel_format.bytes_per_pixel
    expected = PAM_HEADER_BYTES + stride * identity.height
    if len(memory) != expected:
        raise DataLoss(
            f"{name} has {len(memory)} bytes; {identity.width}x{identity.height} pixels "
            f"of {identity.pixel_format.name} need {expected}"
        )
    return PixelMapping(
        memory, identity.width, identity.height, stride, PAM_HEADER_BYTES, identity.pixel_format
    )


def _is_still_named(fd: int, name: str, dir_fd: Optional[int]) -> bool:
    """False when the render went after its file was opened."""
    try:
        named = os.stat(name, dir_fd=dir_fd, follow_symlinks=False)
    except OSError:
        return False
    return os.path.samestat(named, os.fstat(fd))


def _map(fd: int, size: int) -> mmap.mmap:
    try:
        memory = mmap.mmap(fd, size, access=mmap.ACCESS_READ, **_MMAP_EXTRAS)
    except OSError as error:
        raise _os_error(f"map {size} bytes", error) from error
    # A render of gigabytes has no place in a core file of its reader.
    memory.madvise(mmap.MADV_DONTDUMP)
    return memory


def _os_error(what: str, error: OSError) -> GoxelError:
    word = errno.errorcode.get(error.errno or 0, str(error.errno))
    if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
        return ResourceExhausted(
            f"cannot {what}: {error.strerror}; each open Image takes a mapping and, before "
            "Python 3.13, a descriptor: close some, or raise 'ulimit -n'",
            data={"errno": word},
        )
    if error.errno == errno.ELOOP:
        return DataLoss(f"cannot {what}: it is a symbolic link, which the daemon never makes")
    return StorageFailed(f"cannot {what}: {error.strerror}", data={"errno": word})
