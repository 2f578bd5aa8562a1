"""Where a daemon has its renders, when nobody has said it."""

from __future__ import annotations

import os
from typing import List

from .errors import Unavailable
from .index_segment import INDEX_FILE

def find_render_directory() -> str:
    """GOXEL_RENDER_DIR when it is set, else the first that has an index which this
    user may read: of the user's service ($XDG_RUNTIME_DIR/goxel/renders), of the
    system's (/run/goxel/renders), of a daemon without a service
    (/tmp/goxel_renders). Raises Unavailable, naming them, when none has.
    """
    named = os.environ.get("GOXEL_RENDER_DIR")
    if named:
        return named
    places = _places()
    for place in places:
        if os.access(os.path.join(place, INDEX_FILE), os.R_OK):
            return place
    raise Unavailable(
        f"no daemon has left an index that this user may read in any of {', '.join(places)}; "
        "start one, or name its render directory in GOXEL_RENDER_DIR"
    )


def _places() -> List[str]:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    own = [os.path.join(runtime, "goxel", "renders")] if runtime else []
    return [*own, "/run/goxel/renders", "/tmp/goxel_renders"]
