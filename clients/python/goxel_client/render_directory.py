"""Where a daemon has its renders, when nobody has said it."""

from __future__ import annotations

import os

from .daemon_places import daemon_places
from .errors import Unavailable
from .index_segment import INDEX_FILE

_VARIABLE = "GOXEL_RENDER_DIR"


def find_render_directory() -> str:
    """GOXEL_RENDER_DIR when it is set, else the first that has an index which this
    user may read: of the user's service ($XDG_RUNTIME_DIR/goxel/renders), of the
    system's (/run/goxel/renders), of a daemon without a service
    (/tmp/goxel_renders). Raises Unavailable, naming them, when none has.
    """
    places = daemon_places(_VARIABLE, "renders", "/tmp/goxel_renders")
    if os.environ.get(_VARIABLE):
        return places[0]
    for place in places:
        if os.access(os.path.join(place, INDEX_FILE), os.R_OK):
            return place
    raise Unavailable(
        f"no daemon has left an index that this user may read in any of {', '.join(places)}; "
        f"start one, or name its render directory in {_VARIABLE}"
    )
