"""Medians, quartiles, and how figures are written."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The middle of several measurements, and between what half of them lie."""

    median: float
    low: float
    high: float
    count: int

    @property
    def relative(self):
        """The width of the middle half, as a part of the median."""
        return (self.high - self.low) / self.median if self.median else 0.0


def spread(values):
    """Of at least one value."""
    values = sorted(values)
    if len(values) < 3:
        return Spread(statistics.fmean(values), values[0], values[-1], len(values))
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high, len(values))


def _scaled(value, units):
    """units: (name, size) from the largest; 0 in the smallest."""
    for name, size in units:
        if abs(value) >= size:
            return value / size, name
    return value / units[-1][1], units[-1][0]


def digits(value):
    """Three figures, without an exponent."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    if abs(value) >= 0.1:
        return f"{value:.2f}"
    return f"{value:.2g}"


def show_ms(milliseconds):
    value, unit = _scaled(milliseconds, [("s", 1e3), ("ms", 1.0), ("us", 1e-3), ("ns", 1e-6)])
    return f"{digits(value)} {unit}"


def show_ns(nanoseconds):
    return show_ms(nanoseconds / 1e6)


def show_bytes(count):
    value, unit = _scaled(count, [("GB", 1e9), ("MB", 1e6), ("KB", 1e3), ("bytes", 1.0)])
    return f"{digits(value)} {unit}"


def show_factor(factor):
    return f"{digits(factor)}x"


def show_saved(part):
    """A part of one that was saved, in percent; less than 0 is what came on top."""
    return f"{100 * abs(part):.1f} % {'less' if part >= 0 else 'more'}"
