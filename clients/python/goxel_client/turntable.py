"""Cameras around a scene that keep it at one size in all frames."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Mapping, Tuple

from .errors import FailedPrecondition, InvalidArgument

# The default view, as of a picture without a camera, is the first frame.
_DEFAULT_ANGLE = 45.0
_DEFAULT_FOV = 20.0
_DEFAULT_MARGIN = 0.08
_RIM_POINTS = 64


def turntable_cameras(
    frames: int, width: int, height: int, box: Mapping[str, Any], camera: Mapping[str, Any]
) -> List[Dict[str, Any]]:
    """One camera for each frame: azimuths over a full turn, from that of `camera`
    on; its other fields as they are.

    `box` is the reply of goxel.get_bounding_box. Fitted frame by frame a scene
    would seem to breathe; here all frames have the distance at which the
    cylinder that its box sweeps fits into the picture less the margin. A camera
    that has a distance or an ortho_height keeps it.
    """
    if frames < 1:
        raise InvalidArgument(f"a turntable of {frames} frames; expected 1 or more")
    fixed: Dict[str, Any] = {"elevation": _DEFAULT_ANGLE, **camera}
    start = float(fixed.pop("azimuth", _DEFAULT_ANGLE))
    has_size = "distance" in fixed or "ortho_height" in fixed
    if not has_size or "target" not in fixed:
        centre, radius, half_height = _cylinder(box)
        fixed.setdefault("target", centre)
        if not has_size:
            fixed.update(_framing(fixed, width / height, radius, half_height))
    fixed.pop("fit", None)
    fixed.pop("margin", None)
    return [{**fixed, "azimuth": start + 360.0 * frame / frames} for frame in range(frames)]


def _cylinder(box: Mapping[str, Any]) -> Tuple[List[float], float, float]:
    """Centre, radius and half the height of what a box sweeps around the vertical."""
    if box.get("empty", False):
        raise FailedPrecondition("a turntable of a scene without voxels; load or add some first")
    size, low = box["size"], box["min"]
    centre = [low[axis] + size[axis] / 2 for axis in range(3)]
    return centre, math.hypot(size[0], size[1]) / 2, size[2] / 2


def _framing(
    camera: Mapping[str, Any], aspect: float, radius: float, half_height: float
) -> Dict[str, float]:
    """The distance from the cylinder's centre, in voxels, or the ortho_height."""
    fill = 1 - 2 * float(camera.get("margin", _DEFAULT_MARGIN))
    points = _rim_points(math.radians(float(camera["elevation"])), radius, half_height)
    if camera.get("ortho", False):
        return {"ortho_height": 2 * max(max(abs(y), abs(x) / aspect) for x, y, _ in points) / fill}
    tangent = math.tan(math.radians(float(camera.get("fov", _DEFAULT_FOV))) / 2) * fill
    return {
        "distance": max(
            toward + max(abs(y) / tangent, abs(x) / (tangent * aspect)) for x, y, toward in points
        )
    }


def _rim_points(
    elevation: float, radius: float, half_height: float
) -> List[Tuple[float, float, float]]:
    """Points of both rims as the camera sees them: right, up, towards it."""
    sine, cosine = math.sin(elevation), math.cos(elevation)
    points = []
    for step in range(_RIM_POINTS):
        angle = 2 * math.pi * step / _RIM_POINTS
        right, near = radius * math.cos(angle), radius * math.sin(angle)
        for z in (-half_height, half_height):
            points.append((right, z * cosine - near * sine, near * cosine + z * sine))
    return points
