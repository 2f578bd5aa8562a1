"""How values stand in the text that a content key is made of."""

from __future__ import annotations

import struct
from typing import Any, Mapping, Optional, Sequence, Tuple

from .errors import InvalidArgument


def line(name: str, *numbers: float) -> str:
    return " ".join([name, *map(number_text, numbers)])


def number_text(value: float) -> str:
    """The bits of the double, which every language writes alike; -0 as 0."""
    return struct.pack(">d", float(value) + 0.0).hex()


def color_text(color: Sequence[int]) -> str:
    """rrggbbaa of [r, g, b] or [r, g, b, a], integers from 0 to 255."""
    try:
        red, green, blue, *alpha = color
        return bytes([red, green, blue, *(alpha or [255])]).hex()
    except (TypeError, ValueError) as error:
        raise InvalidArgument(
            f"the colour {color!r} is not [r, g, b] or [r, g, b, a], integers from 0 to 255"
        ) from error


def point(value: Any) -> Tuple[float, float, float]:
    """Of [x, y, z] or {"x", "y", "z"}."""
    x, y, z = (value["x"], value["y"], value["z"]) if isinstance(value, Mapping) else value
    return x, y, z


def refuse_unknown(given: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    unknown: Optional[str] = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise InvalidArgument(
            f"the key of a view with {what}{unknown} cannot be told here, but only of views "
            f"with {', '.join(known)}; Client.render() finds the others"
        )
