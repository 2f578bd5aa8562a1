"""Where a daemon's socket and renders are, when nobody has said it."""

from __future__ import annotations

import os
from typing import List


def daemon_places(variable: str, name: str, without_service: str) -> List[str]:
    """The best place first: what the variable says alone when it is set, else `name`
    of the user's service ($XDG_RUNTIME_DIR/goxel/NAME), of the system's
    (/run/goxel/NAME), and what a daemon without a service has.
    """
    named = os.environ.get(variable)
    if named:
        return [named]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    own = [os.path.join(runtime, "goxel", name)] if runtime else []
    return [*own, os.path.join("/run/goxel", name), without_service]
