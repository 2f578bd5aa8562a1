"""The mapped index of one life of the daemon: searched without a lock or a call.

The segment is treated as hostile: its size comes from fstat, every offset is
checked when it is opened, and no number read from it is used unchecked.

A slot is copied under its sequence, which is odd while the writer is inside.
This relies on loads being done in program order, as x86-64 does them. Should
another machine reorder them, a copy may mix two renders; the pixels are still
right, since the id in a file's header is checked under the lease.

Thread safety: may be used from any number of threads.
"""

from __future__ import annotations

import mmap
import os
import stat
import time
from typing import Callable, Iterator, List, Optional, Tuple

from . import index_layout as layout
from .errors import PermissionDenied, Unavailable
from .futex import FutexWords
from .index_geometry import checked_geometry, no_index
from .index_layout import SlotContent, parse_slot
from .lease import is_write_locked

INDEX_FILE = "index"
_LOCK_FILE = "lock"

_GOLDEN_RATIO = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1

_TRIES = 64
# A living writer may lose its CPU inside a slot; it gets these pauses to come
# back before the reader gives up.
_PAUSES = 100
_PAUSE_S = 0.001


class IndexSegment:
    def __init__(self, directory: str) -> None:
        """Maps the index in `directory`. Raises Unavailable when no daemon has
        served it, DataLoss when the file is no index of this layout version.
        """
        self._directory = _open_directory(directory)
        try:
            self._memory, self._identity = _map_index(self._directory, directory)
            self._geometry = checked_geometry(self._memory)
            self._words = memoryview(self._memory).cast("Q")
            self._half_words = memoryview(self._memory).cast("I")
            self._futex = FutexWords(self._memory)
        except BaseException:
            os.close(self._directory)
            raise

    def __del__(self) -> None:
        if hasattr(self, "_futex"):
            os.close(self._directory)

    @property
    def directory_fd(self) -> int:
        """Open as long as this object."""
        return self._directory

    @property
    def epoch(self) -> int:
        """One life of the daemon; grows with every start."""
        return self._header("epoch")

    @property
    def scene(self) -> int:
        """The hash of what the daemon renders now, 128 bits; 0: not known."""
        return self._header("scene_high") << 64 | self._header("scene_low")

    @property
    def build_hash(self) -> int:
        """Of the renderer; 0 until it runs."""
        return self._header("build_hash")

    def find_id(self, render_id: int, ready_only: bool = True) -> Optional[SlotContent]:
        """Raises Unavailable when a slot that may be the one stays half-written."""
        return self._search(
            self._geometry.id_buckets,
            render_id,
            lambda slot: slot.id == render_id and (slot.state == layout.READY or not ready_only),
        )

    def find_key(self, key: int) -> Optional[SlotContent]:
        """A READY render with this content key; raises as find_id() does."""
        high, low = key >> 64, key & _WORD
        if key == 0:
            return None
        return self._search(
            self._geometry.key_buckets,
            key_hash(key),
            lambda slot: slot.key_high == high
            and slot.key_low == low
            and slot.state == layout.READY,
        )

    def ready(self) -> Iterator[SlotContent]:
        """All READY renders, in no particular order."""
        for slot in range(self._geometry.capacity):
            state = self._words[self._slot_word(slot) + 1] & 0xFFFFFFFF
            content = self._read(slot) if state == layout.READY else None
            if content is not None and content.state == layout.READY:
                yield content

    def retired(self) -> bool:
        """True when the writer has retired this index. One load."""
        return self._half_words[layout.OFFSETS["state"] // 4] == layout.RETIRED

    def superseded(self) -> bool:
        """True when it is retired, or another, or none, has its name."""
        if self.retired():
            return True
        try:
            named = os.stat(INDEX_FILE, dir_fd=self._directory, follow_symlinks=False)
        except OSError:
            return True
        return (named.st_dev, named.st_ino) != self._identity

    def writer_alive(self) -> bool:
        """True while the daemon that writes this index lives."""
        if self.superseded():
            return False
        try:
            fd = os.open(_LOCK_FILE, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._directory)
        except OSError:
            return False
        try:
            return is_write_locked(fd)
        finally:
            os.close(fd)

    def wait_word(self, hash_: int) -> Tuple[int, int, int]:
        """Where those wait who wait for `hash_`: the word's offset, its value
        now, and the bit that wakes them.
        """
        mixed = hash_ * _GOLDEN_RATIO & _WORD
        offset = layout.OFFSETS["wait_words"] + (mixed >> 56) * 4
        return offset, self._half_words[offset // 4], 1 << ((mixed >> 51) % 32)

    def sleep(self, offset: int, seen: int, seconds: float, bits: int) -> None:
        self._futex.sleep(offset, seen, seconds, bits)

    def counters(self) -> List[int]:
        first = layout.OFFSETS["counters"] // 8
        return self._words[first : first + len(layout.COUNTERS)].tolist()

    def histogram(self, number: int) -> List[int]:
        """The sum in ns, then the buckets."""
        size = layout.HISTOGRAM_BYTES // 8
        first = layout.OFFSETS["histograms"] // 8 + number * size
        return self._words[first : first + size].tolist()

    def _header(self, field: str) -> int:
        return self._words[layout.OFFSETS[field] // 8]

    def _slot_word(self, slot: int) -> int:
        return (self._geometry.slots + slot * layout.SLOT_BYTES) // 8

    def _search(
        self, table: int, hash_: int, matches: Callable[[SlotContent], bool]
    ) -> Optional[SlotContent]:
        mask = self._geometry.bucket_count - 1
        second = (hash_ * _GOLDEN_RATIO & _WORD) >> 32
        fingerprint = hash_ >> 32
        for bucket in (hash_ & mask, second & mask):
            first_word = (table + bucket * layout.BUCKET_BYTES) // 8
            for entry in self._words[first_word : first_word + layout.BUCKET_ENTRIES].tolist():
                # A free entry has no slot: its lower half is 0.
                slot = (entry & 0xFFFFFFFF) - 1
                if entry >> 32 != fingerprint or not 0 <= slot < self._geometry.capacity:
                    continue
                content = self._read(slot)
                if content is None:
                    raise Unavailable(
                        f"slot {slot} of the render index stays half-written; wait for the "
                        "daemon to start again"
                    )
                if matches(content):
                    return content
        return None

    def _read(self, slot: int) -> Optional[SlotContent]:
        """None when the slot stays half-written: its writer is dead or stopped."""
        content = self._try_read(slot)
        pauses = 0
        while content is None and pauses < _PAUSES and self.writer_alive():
            time.sleep(_PAUSE_S)
            content = self._try_read(slot)
            pauses += 1
        return content

    def _try_read(self, slot: int) -> Optional[SlotContent]:
        word = self._slot_word(slot)
        begin = word * 8 + layout.SLOT_SEQUENCE_BYTES
        for _ in range(_TRIES):
            before = self._words[word]
            content = self._memory[begin : begin + layout.SLOT_CONTENT_BYTES]
            if before % 2 == 0 and self._words[word] == before:
                return parse_slot(content)
        return None


def key_hash(key: int) -> int:
    """What a content key is searched and waited for by."""
    return (key >> 64) ^ (key & _WORD)


def _open_directory(path: str) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except PermissionError as error:
        raise _not_permitted(path) from error
    except OSError as error:
        raise Unavailable(
            f"cannot open the render directory {path!r}: {error.strerror}; give the "
            "--render-dir of a daemon that has run"
        ) from error


def _map_index(directory_fd: int, path: str) -> Tuple[mmap.mmap, Tuple[int, int]]:
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        fd = os.open(INDEX_FILE, flags, dir_fd=directory_fd)
    except PermissionError as error:
        raise _not_permitted(os.path.join(path, INDEX_FILE)) from error
    except OSError as error:
        raise Unavailable(
            f"{path!r} has no render index that can be read ({error.strerror}); "
            f"start a daemon with 'goxel-daemon --render-dir {path}'"
        ) from error
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_size < layout.HEADER_BYTES:
            raise no_index(
                f"it has {status.st_size} bytes, or is no regular file; a header "
                f"has {layout.HEADER_BYTES}"
            )
        memory = mmap.mmap(fd, status.st_size, access=mmap.ACCESS_READ)
        return memory, (status.st_dev, status.st_ino)
    finally:
        os.close(fd)


def _not_permitted(path: str) -> PermissionDenied:
    return PermissionDenied(
        f"{path!r} may not be read by uid {os.geteuid()}; run as the daemon's user, or give the "
        "daemon a --file-mode that lets you read"
    )
