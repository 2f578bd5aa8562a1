"""Renders voxel scenes by Goxel Daemon and maps the pixels without a copy.

    import goxel_client as goxel

    with goxel.connect() as gx:
        gx.load("castle.vox")
        with gx.render(1920, 1080, camera="isometric") as image:
            image.save("castle.png")

Client speaks JSON-RPC to the daemon; Index reads the daemon's shared index and
needs no call at all; Image is a mapping of finished pixels, and the lease on
them. goxel_client.aio is the asyncio twin of Client. Only the standard library
is needed; numpy and Pillow are used where the caller has them.
"""

from typing import Any

from .client import Client, connect
from .errors import (
    Cancelled,
    DataLoss,
    FailedPrecondition,
    FileTransferDisabled,
    GoxelError,
    IncompatibleProtocol,
    InternalError,
    InvalidArgument,
    MethodNotFound,
    NotFound,
    PermissionDenied,
    RenderFailed,
    ResourceExhausted,
    StorageFailed,
    TimedOut,
    TooLarge,
    Unavailable,
)
from .image import Image
from .index import Index
from .index_layout import Render
from .replies import FileRender, Planes
from .socket_path import find_socket_path

__version__ = "0.19.0"

__all__ = [
    "Cancelled",
    "Client",
    "DataLoss",
    "FailedPrecondition",
    "FileRender",
    "FileTransferDisabled",
    "GoxelError",
    "Image",
    "IncompatibleProtocol",
    "Index",
    "InternalError",
    "InvalidArgument",
    "MethodNotFound",
    "NotFound",
    "PermissionDenied",
    "Planes",
    "Render",
    "RenderFailed",
    "ResourceExhausted",
    "StorageFailed",
    "TimedOut",
    "TooLarge",
    "Unavailable",
    "connect",
    "find_socket_path",
]


def __getattr__(name: str) -> Any:
    """Imports `aio` when it is asked for: asyncio takes longer than all else."""
    if name == "aio":
        from importlib import import_module

        return import_module(".aio", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
