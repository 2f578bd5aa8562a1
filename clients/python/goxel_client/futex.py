"""Sleeps on a word of shared memory until another process changes it (futex(2)).

Works on memory that is mapped read-only. Where there is no futex to call (no
ctypes, another kind of machine), sleep() is a short pause instead: callers look
again in any case.
"""

from __future__ import annotations

import platform
import time
from typing import Any, Optional

try:
    import ctypes
except ImportError:  # A Python built without libffi.
    ctypes = None  # type: ignore[assignment]

_SYSCALL_NUMBERS = {"x86_64": 202, "aarch64": 98, "riscv64": 98}
_FUTEX_WAIT_BITSET = 9  # Without the private flag: between processes.
_PAUSE_S = 0.002


class FutexWords:
    """The 32-bit words of a read-only buffer.

    REQUIRES: the buffer outlives this object, which keeps no reference to it.
    """

    def __init__(self, buffer: Any) -> None:
        self._number = _SYSCALL_NUMBERS.get(platform.machine())
        self._address: Optional[int] = None
        if ctypes is not None and self._number is not None:
            self._libc = ctypes.CDLL(None, use_errno=False)
            self._address = _address_of(buffer)

    def sleep(self, offset: int, expected: int, seconds: float, bits: int) -> None:
        """Returns when the word at `offset` is not `expected`, when somebody
        wakes one of `bits`, after `seconds`, or for no reason at all.
        """
        if self._address is None:
            return time.sleep(min(seconds, _PAUSE_S))
        until = time.monotonic_ns() + int(seconds * 1e9)
        deadline = _timespec(until)
        self._libc.syscall(
            ctypes.c_long(self._number or 0),
            ctypes.c_void_p(self._address + offset),
            ctypes.c_int(_FUTEX_WAIT_BITSET),
            ctypes.c_uint32(expected),
            ctypes.byref(deadline),
            None,
            ctypes.c_uint32(bits),
        )


def _timespec(nanoseconds: int) -> Any:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return (ctypes.c_int64 * 2)(seconds, rest)


def _address_of(buffer: Any) -> int:
    """Of the first byte. ctypes' own from_buffer() wants a buffer that can be
    written to.
    """

    class PyBuffer(ctypes.Structure):
        _fields_ = [
            ("buf", ctypes.c_void_p),
            ("obj", ctypes.py_object),
            ("len", ctypes.c_ssize_t),
            ("itemsize", ctypes.c_ssize_t),
            ("readonly", ctypes.c_int),
            ("ndim", ctypes.c_int),
            ("format", ctypes.c_char_p),
            ("shape", ctypes.c_void_p),
            ("strides", ctypes.c_void_p),
            ("suboffsets", ctypes.c_void_p),
            ("internal", ctypes.c_void_p),
        ]

    view = PyBuffer()
    simple = 0
    ctypes.pythonapi.PyObject_GetBuffer(
        ctypes.py_object(buffer), ctypes.byref(view), ctypes.c_int(simple)
    )
    address = int(view.buf or 0)
    ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))
    return address
