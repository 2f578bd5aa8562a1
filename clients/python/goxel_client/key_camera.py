"""What a camera adds to the text of a content key."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from .errors import InvalidArgument
from .key_text import line, point, refuse_unknown

# The name of a preset; or the fields of docs/cameras.md, among them perhaps
# "preset", over whose own the others count.
Camera = Union[str, Mapping[str, Any], None]


class _Preset(NamedTuple):
    azimuth: float  # Degrees.
    elevation: float  # Degrees.
    ortho: bool = False


_PRESETS: Dict[str, _Preset] = {
    "front": _Preset(0, 0),
    "back": _Preset(180, 0),
    "left": _Preset(90, 0),
    "right": _Preset(-90, 0),
    "top": _Preset(0, 90),
    "bottom": _Preset(0, -90),
    "isometric": _Preset(45, 45),
    "true_isometric": _Preset(45, 35.264389682754654, ortho=True),
    "dimetric": _Preset(45, 30, ortho=True),
}
_DEFAULT_ANGLE = 45.0
_DEFAULT_AZIMUTH_OF_EYE = 0.0
_DEFAULT_FOV = 20.0
_DEFAULT_MARGIN = 0.08

# world_to_camera is inverted by the daemon, which another program may round
# otherwise, and stored cameras are in the scene's file.
_KNOWN = (
    "azimuth", "elevation", "roll", "distance", "fit", "target", "margin", "eye", "up",
    "matrix", "convention", "fov", "intrinsics", "near", "far", "ortho", "ortho_height",
    "ortho_width",
)  # fmt: skip


def split_preset(camera: Camera) -> Tuple[Optional[str], Dict[str, Any]]:
    """The name of the preset, if any, and the fields beside it."""
    if isinstance(camera, str):
        return camera, {}
    fields = dict(camera or {})
    return fields.pop("preset", None), fields


def camera_lines(camera: Camera) -> List[str]:
    fields = _fields(camera)
    return [*_pose_lines(fields), *_projection_lines(fields)]


def _fields(camera: Camera) -> Dict[str, Any]:
    preset, fields = split_preset(camera)
    refuse_unknown(fields, _KNOWN, "camera.")
    if preset is not None:
        if preset not in _PRESETS:
            raise InvalidArgument(
                f"the camera preset is {preset!r}; expected {', '.join(_PRESETS)}"
            )
        fields = {**_PRESETS[preset]._asdict(), **fields}
    if fields.pop("fit", False):
        fields.pop("distance", None)
    return fields


def _pose_lines(fields: Mapping[str, Any]) -> List[str]:
    """What the camera goes by; what it does not look at is left out."""
    if "matrix" in fields:
        return [line("matrix", *_opengl_matrix(fields))]
    roll = line("roll", fields.get("roll", 0.0))
    target = [line("target", *point(fields["target"]))] if "target" in fields else []
    if "eye" in fields:
        azimuth = line("azimuth", fields.get("azimuth", _DEFAULT_AZIMUTH_OF_EYE))
        up = [line("up", *point(fields["up"]))] if "up" in fields else []
        return [line("eye", *point(fields["eye"])), azimuth, *up, roll, *target]
    if "distance" in fields:
        distance = line("distance", fields["distance"])
    else:
        distance = line("margin", fields.get("margin", _DEFAULT_MARGIN))
    azimuth = line("azimuth", fields.get("azimuth", _DEFAULT_ANGLE))
    elevation = line("elevation", fields.get("elevation", _DEFAULT_ANGLE))
    return [azimuth, elevation, roll, *target, distance]


def _projection_lines(fields: Mapping[str, Any]) -> List[str]:
    if "intrinsics" in fields:
        fx, _, cx, _, fy, cy, *_ = _flat(fields["intrinsics"], 3)
        lines = [line("intrinsics", fx, fy, cx, cy)]
    else:
        lines = [line("fov", fields.get("fov", _DEFAULT_FOV))]
    lines += [line(name, fields[name]) for name in ("near", "far") if name in fields]
    if fields.get("ortho"):
        lines.append("orthographic")
        sizes = [name for name in ("ortho_height", "ortho_width") if name in fields]
        lines += [line(name, fields[name]) for name in sizes[:1]]
    return lines


def _opengl_matrix(fields: Mapping[str, Any]) -> List[float]:
    """Camera to world, column by column: right, up, back, position."""
    numbers = _flat(fields["matrix"], 4)
    if fields.get("convention", "opengl") == "opencv":
        numbers[4:12] = [-number for number in numbers[4:12]]
    return numbers


def _flat(matrix: Sequence[Any], side: int) -> List[float]:
    """Of so many parts of so many numbers, or of the numbers themselves."""
    if len(matrix) == side:
        return [float(number) for part in matrix for number in part]
    return [float(number) for number in matrix]
