"""What the look of a picture adds to the text of a content key."""

from __future__ import annotations

from typing import Any, List, Mapping

from .errors import InvalidArgument
from .key_text import color_text, line, refuse_unknown

OPTIONS = (
    "style", "shading", "samples", "background_color", "background_bottom", "transparent",
    "shadows", "ambient_occlusion", "outline", "ground", "light",
)  # fmt: skip

_STYLE_OF_SHADING = {"lit": "default", "flat": "flat"}
_DEFAULT_BACKGROUND = (240, 240, 240)
_DEFAULT_OUTLINE_COLOR = (20, 20, 24)
_DEFAULT_OUTLINE_WIDTH = 1.0
# Pictures of more pixels have one sample a pixel.
_MOST_PIXELS_OF_4_SAMPLES = 1920 * 1080
_LIGHT = ("azimuth", "elevation", "follows_camera", "intensity", "ambient", "shadow")


def look_lines(width: int, height: int, options: Mapping[str, Any]) -> List[str]:
    """`options` as Client.render() takes them; width and height in pixels."""
    style = _style(options)
    small = width * height <= _MOST_PIXELS_OF_4_SAMPLES
    shadows = _shadows(options, style)
    occlusion = options.get("ambient_occlusion", style != "flat")
    lines = [
        f"style {style}",
        f"samples {options.get('samples', 4 if small else 1)}",
        f"background {_background(options, style)}",
        f"shadows {shadows}",
        f"ambient_occlusion {int(occlusion)}",
        *_outline_lines(options.get("outline", False)),
    ]
    ground = bool(options.get("ground", False))
    if ground:
        lines.append("ground")
    if style != "flat" or shadows != "off" or ground:
        lines += _light_lines(options.get("light", {}))
    return lines


def _style(options: Mapping[str, Any]) -> str:
    if "style" in options:
        return str(options["style"])
    shading = options.get("shading", "lit")
    if shading not in _STYLE_OF_SHADING:
        raise InvalidArgument(f"shading is {shading!r}; expected lit or flat")
    return _STYLE_OF_SHADING[shading]


def _shadows(options: Mapping[str, Any], style: str) -> str:
    shadows = options.get("shadows", style != "flat")
    if isinstance(shadows, bool):
        return "fast" if shadows else "off"
    return str(shadows)


def _background(options: Mapping[str, Any], style: str) -> str:
    given = options.get("background_color")
    if given is not None:
        top = color_text(given)
    else:
        # The style goxel alone has a background of its own.
        top = "own" if style == "goxel" else color_text(_DEFAULT_BACKGROUND)
    if options.get("transparent", False) or (given is not None and top.endswith("00")):
        return "none"
    bottom = options.get("background_bottom")
    if bottom is None or color_text(bottom) == top:
        return top
    return f"{top} {color_text(bottom)}"


def _outline_lines(outline: Any) -> List[str]:
    if outline is False:
        return []
    fields = {} if outline is True else outline
    return [
        f"outline {color_text(fields.get('color', _DEFAULT_OUTLINE_COLOR))}",
        line("outline_width", fields.get("width", _DEFAULT_OUTLINE_WIDTH)),
    ]


def _light_lines(light: Mapping[str, Any]) -> List[str]:
    refuse_unknown(light, _LIGHT, "light.")
    lines = [line(f"light_{name}", light[name]) for name in _LIGHT[:2] if name in light]
    stays_by_itself = bool(lines)
    if "follows_camera" in light and (light["follows_camera"] or not stays_by_itself):
        lines.append(f"light_follows_camera {int(light['follows_camera'])}")
    return [*lines, line("light", *(light.get(name, 1.0) for name in _LIGHT[3:]))]
