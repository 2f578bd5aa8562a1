"""Finds and maps renders through the shared index alone: no call to the daemon.

Works while the daemon is down, too. When a new daemon has replaced the index,
an Index attaches to the new one by itself.

Thread safety: may be used from any thread.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any, Callable, Dict, List, Optional, Union

from . import index_layout as layout
from .closing import Closing
from .content_key import View
from .errors import FailedPrecondition, GoxelError, InvalidArgument, NotFound, TimedOut, Unavailable
from .image import Image
from .index_layout import Render, SlotContent, to_render
from .index_segment import IndexSegment, key_hash
from .mapping import map_render
from .render_directory import find_render_directory

# How long a sleeper goes without asking whether the daemon lives.
_LIVENESS_INTERVAL_S = 0.5
# How long a wait goes on while no daemon serves the directory, and how often it
# looks for one.
_RESTART_S = 1.0
_RESTART_PAUSE_S = 0.02

_HEX_DIGITS = frozenset("0123456789abcdef")

RenderId = Union[str, Render]


class Index(Closing):
    def __init__(self, directory: Optional[str] = None) -> None:
        """`directory` is the daemon's --render-dir; absent: where
        find_render_directory() says. Raises Unavailable when no daemon has ever
        served it, DataLoss when its index is of another version.
        """
        self.directory = os.path.abspath(directory or find_render_directory())
        self._lock = threading.Lock()
        self._segment: Optional[IndexSegment] = IndexSegment(self.directory)

    def close(self) -> None:
        """Unmaps the index. Idempotent; Images that were mapped stay open."""
        self._segment = None

    def renders(self) -> List[Render]:
        """Every finished render, the oldest first."""
        self._refresh()
        found = [to_render(slot) for slot in self._attached().ready()]
        return sorted((r for r in found if r), key=lambda render: (render.created, render.id))

    def find(self, render_id: RenderId) -> Optional[Render]:
        """None when there is no finished render with this id. One that is found
        may be gone a moment later.
        """
        number = id_number(render_id)
        return _as_render(self._look(lambda segment: segment.find_id(number)))

    def find_key(self, key: str) -> Optional[Render]:
        """A finished render with this content key (32 hex digits)."""
        number = key_number(key)
        return _as_render(self._look(lambda segment: segment.find_key(number)))

    def find_view(self, width: int = 512, height: int = 512, **view: Any) -> Optional[Render]:
        """The render that Client.render() with these arguments would find, made
        of the scene as it was last rendered. `format` is "pam" when absent.

        Raises FailedPrecondition when the index knows no scene, because nothing
        was rendered yet since the last edit or start.
        """
        wanted = View(width, height, **view)
        return _as_render(self._look(lambda segment: segment.find_key(_key_in(segment, wanted))))

    def progress(self, render_id: RenderId) -> Optional[Render]:
        """Also a render that is being made: `rows_ready` of its rows are final."""
        number = id_number(render_id)
        return _as_render(self._look(lambda segment: segment.find_id(number, ready_only=False)))

    def map(self, render_id: RenderId) -> Image:
        """Looks up, opens, leases and maps. Raises NotFound when the render is
        gone, FailedPrecondition when its file has no pixels to map.
        """
        try:
            return self._map_once(id_number(render_id))
        except NotFound:
            if not self._refresh():
                raise
            return self._map_once(id_number(render_id))

    def wait(
        self,
        render_id: Optional[RenderId] = None,
        *,
        key: Optional[str] = None,
        timeout: float = 30.0,
    ) -> Render:
        """Waits until the render with this id, or one with this key, is finished;
        also across a restart of the daemon. Raises TimedOut, or Unavailable when
        no daemon has served the directory for a second.
        """
        if (render_id is None) == (key is None):
            raise InvalidArgument("wait() takes either a render id or a key")
        if render_id is not None:
            number = id_number(render_id)
            return self._wait(number, lambda s: s.find_id(number), f"id {number:016x}", timeout)
        number = key_number(key or "")
        return self._wait(
            key_hash(number), lambda s: s.find_key(number), f"key {number:032x}", timeout
        )

    @property
    def alive(self) -> bool:
        """True while a daemon serves the directory."""
        self._refresh()
        return self._attached().writer_alive()

    @property
    def scene_hash(self) -> int:
        """Of what the daemon renders now, 128 bits; 0: not known."""
        self._refresh()
        return self._attached().scene

    @property
    def build_hash(self) -> int:
        """Of the daemon's renderer; 0 until it runs."""
        self._refresh()
        return self._attached().build_hash

    def counters(self) -> Dict[str, int]:
        """The daemon's counters by name."""
        self._refresh()
        return dict(zip(layout.COUNTERS, self._attached().counters()))

    def path(self, render: Render) -> str:
        """Where the file of a render is."""
        return os.path.join(self.directory, render.file_name)

    def _map_once(self, number: int) -> Image:
        slot = self._look(lambda segment: segment.find_id(number))
        render = _as_render(slot)
        if render is None:
            raise NotFound(
                f"no finished render has the id {number:016x}; it may have expired; render it again"
            )
        if render.pixel_format is None:
            raise FailedPrecondition(
                f"render {render.id} is a {render.format} file, which has no pixels to map; "
                f'render it with mode="mmap", or read {self.path(render)}'
            )
        mapping = map_render(render.file_name, number, self._attached().directory_fd)
        return Image(mapping, render.id, self.path(render))

    def _attached(self) -> IndexSegment:
        segment = self._segment
        if segment is None:
            raise ValueError(f"the index of {self.directory} is closed; open it again")
        return segment

    def _refresh(self) -> bool:
        """Attaches to the index that has replaced this one; True when one has."""
        before = self._attached()
        if not before.superseded():
            return False
        try:
            fresh = IndexSegment(self.directory)
        except GoxelError:
            return False
        if fresh.epoch == before.epoch:
            return False
        with self._lock:
            if self._segment is before:
                self._segment = fresh
        return True

    def _look(
        self, question: Callable[[IndexSegment], Optional[SlotContent]]
    ) -> Optional[SlotContent]:
        """Asks again when a miss may only mean that the index is an old one."""
        segment = self._attached()
        found = question(segment)
        if (found is None or segment.retired()) and self._refresh():
            return question(self._attached())
        return found

    def _wait(
        self,
        hash_: int,
        question: Callable[[IndexSegment], Optional[SlotContent]],
        name: str,
        timeout: float,
    ) -> Render:
        """No render is missed: the word is loaded before the look, and the writer
        changes it after the slot. A writer is asked for before the look, because
        what a dead one has published is there already.
        """
        deadline = time.monotonic() + timeout
        last_alive = time.monotonic()
        while True:
            self._refresh()
            segment = self._attached()
            offset, seen, bits = segment.wait_word(hash_)
            alive = segment.writer_alive()
            found = _as_render(question(segment))
            if found is not None:
                return found
            now = time.monotonic()
            if alive:
                last_alive = now
            elif now - last_alive >= _RESTART_S:
                raise Unavailable(
                    f"no daemon serves {self.directory} now, so nothing becomes ready; "
                    "start one and try again"
                )
            if now >= deadline:
                raise TimedOut(f"no render with the {name} was ready within {timeout:g} s")
            left = deadline - now
            if alive:
                segment.sleep(offset, seen, min(left, _LIVENESS_INTERVAL_S), bits)
            else:
                time.sleep(min(left, _RESTART_PAUSE_S))


def id_number(render: RenderId) -> int:
    text = render if isinstance(render, str) else render.id
    return _hex_number(text, 16, "a render id")


def key_number(key: str) -> int:
    return _hex_number(key, 32, "a content key")


def _hex_number(text: str, digits: int, what: str) -> int:
    if len(text) == digits and set(text) <= _HEX_DIGITS:
        return int(text, 16)
    raise InvalidArgument(f"{text!r} is not {what}, which has {digits} hex digits")


def _as_render(slot: Optional[SlotContent]) -> Optional[Render]:
    return to_render(slot) if slot is not None else None


def _key_in(segment: IndexSegment, view: View) -> int:
    scene, build = segment.scene, segment.build_hash
    if scene == 0 or build == 0:
        raise FailedPrecondition(
            "the index knows no scene or no renderer to look up a view of: render once first"
        )
    return int(view.key(scene, build), 16)
