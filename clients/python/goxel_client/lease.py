"""Leases: a reader's hold on a render, as an open-file-description (OFD) lock.

The lock on byte 0 belongs to the open file description, which a mapping keeps:
it lasts as long as the mapping, and the kernel drops it with the process. The
writer asks for the exclusive lock before it reuses a file.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct

# struct flock of 64-bit Linux: l_type, l_whence, l_start, l_len, l_pid.
_FLOCK = struct.Struct("@hhqqi4x")
_READ_LOCK = _FLOCK.pack(fcntl.F_RDLCK, os.SEEK_SET, 0, 1, 0)


def take_read_lease(fd: int) -> bool:
    """False when the writer has the file just now. Never waits."""
    try:
        fcntl.fcntl(fd, fcntl.F_OFD_SETLK, _READ_LOCK)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True


def is_write_locked(fd: int) -> bool:
    """True when another open file description has the exclusive lock."""
    answer = fcntl.fcntl(fd, fcntl.F_OFD_GETLK, _READ_LOCK)
    return bool(_FLOCK.unpack(answer)[0] != fcntl.F_UNLCK)
