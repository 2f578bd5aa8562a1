"""What the end of a `with` block does, also to pixels that may still be in use."""

from __future__ import annotations

from types import TracebackType
from typing import Optional, Type, TypeVar

Self = TypeVar("Self", bound="Closing")


class Closing:
    """Closed at the end of a `with` block.

    The close() of what has pixels raises BufferError while arrays or views of them
    live, and so does a block that ends by itself. One that ends by an exception
    passes that one on: its traceback holds the frames that hold the views, and it
    says more.
    """

    __slots__ = ()

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        try:
            self.close()
        except BufferError:
            if kind is None:
                raise
