"""Bars and lines as plain SVG, readable on light and dark pages alike: each
plot brings its own white ground."""

import math
from dataclasses import dataclass, field
from html import escape

WIDTH = 860
INK, FAINT = "#222222", "#dddddd"
# Told apart also by who sees red and green alike.
COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f3c8d",
          "#555555", "#a6761d", "#1b1b1b", "#66a61e", "#b30059"]
LINE_GAP = 15  # Between two labels.


def decades(low, high):
    """The powers of ten from the last one below to the first one above."""
    first = math.floor(math.log10(low))
    last = max(math.ceil(math.log10(high)), first + 1)
    return [10.0 ** power for power in range(first, last + 1)]


def plain(value):
    """1000 -> 1,000 and 0.001 -> 0.001, for ticks."""
    return f"{value:,.0f}" if value >= 1 else f"{value:.10f}".rstrip("0")


@dataclass
class LogAxis:
    """Positive values onto pixels from `start` to `end`."""

    ticks: list
    start: float
    end: float

    def at(self, value):
        low, high = math.log10(self.ticks[0]), math.log10(self.ticks[-1])
        part = (math.log10(max(value, self.ticks[0])) - low) / (high - low)
        return self.start + part * (self.end - self.start)


class Drawing:
    def __init__(self, height, title):
        self._height = height
        self._parts = []
        self.text(20, 28, title, size=16, weight="bold")

    def line(self, x1, y1, x2, y2, color=FAINT, width=1.0):
        self._parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                           f'stroke="{color}" stroke-width="{width}"/>')

    def box(self, x, y, width, height, color):
        self._parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" '
                           f'height="{height:.1f}" fill="{color}"/>')

    def dot(self, x, y, color):
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>')

    def path(self, points, color):
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(f'<polyline points="{joined}" fill="none" stroke="{color}" '
                           'stroke-width="2"/>')

    def text(self, x, y, words, size=12, anchor="start", color=INK, weight="normal", turn=0):
        turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
        self._parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" '
                           f'text-anchor="{anchor}" fill="{color}" font-weight="{weight}"'
                           f"{turned}>{escape(words)}</text>")

    def svg(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self._height}" '
                'font-family="sans-serif">\n'
                f'<rect width="{WIDTH}" height="{self._height}" rx="6" fill="white"/>\n'
                + "\n".join(self._parts) + "\n</svg>\n")


@dataclass
class Bars:
    """Horizontal bars on a log axis, several a row."""

    title: str
    axis: str  # What the axis shows, with its unit.
    series: list  # Their names.
    rows: list  # (label, [value of each series]).
    show: object = plain  # How a value is written beside its bar.

    def svg(self):
        bar, gap, left, right, top = 13, 10, 200, 90, 74
        row_height = bar * len(self.series) + gap
        bottom = top + row_height * len(self.rows)
        drawing = Drawing(bottom + 56, self.title)
        values = [value for _, row in self.rows for value in row if value > 0]
        axis = LogAxis(decades(min(values), max(values)), left, WIDTH - right)
        for number, name in enumerate(self.series):
            drawing.box(left + 180 * number, 44, 12, 12, COLORS[number])
            drawing.text(left + 180 * number + 18, 54, name)
        for tick in axis.ticks:
            x = axis.at(tick)
            drawing.line(x, top - 6, x, bottom)
            drawing.text(x, bottom + 18, plain(tick), anchor="middle")
        drawing.text((left + WIDTH - right) / 2, bottom + 42, self.axis, anchor="middle")
        for number, (label, row) in enumerate(self.rows):
            y = top + row_height * number
            drawing.text(left - 10, y + bar * len(row) / 2 + 4, label, anchor="end")
            for place, value in enumerate(row):
                end = axis.at(value)
                drawing.box(left, y + bar * place, end - left, bar - 1, COLORS[place])
                drawing.text(end + 5, y + bar * place + bar - 3, self.show(value), size=11)
        return drawing.svg()


@dataclass
class Lines:
    """Lines over two log axes, each with its name at its end."""

    title: str
    x_axis: str
    y_axis: str
    x_ticks: list  # (value, label): only these are named.
    lines: dict = field(default_factory=dict)  # Name -> [(x, y)].

    def svg(self):
        left, right, top, bottom, height = 84, 200, 50, 430, 490
        drawing = Drawing(height, self.title)
        values = [y for points in self.lines.values() for _, y in points if y > 0]
        y_axis = LogAxis(decades(min(values), max(values)), bottom, top)
        x_axis = LogAxis([self.x_ticks[0][0], self.x_ticks[-1][0]], left + 16,
                         WIDTH - right - 10)
        for tick in y_axis.ticks:
            drawing.line(left, y_axis.at(tick), WIDTH - right, y_axis.at(tick))
            drawing.text(left - 8, y_axis.at(tick) + 4, plain(tick), anchor="end")
        for value, label in self.x_ticks:
            drawing.line(x_axis.at(value), top, x_axis.at(value), bottom)
            drawing.text(x_axis.at(value), bottom + 20, label, anchor="middle")
        drawing.text((left + WIDTH - right) / 2, height - 14, self.x_axis, anchor="middle")
        drawing.text(20, (top + bottom) / 2, self.y_axis, anchor="middle", turn=-90)
        ends = []
        for number, (name, points) in enumerate(self.lines.items()):
            color = COLORS[number % len(COLORS)]
            placed = [(x_axis.at(x), y_axis.at(y)) for x, y in points]
            drawing.path(placed, color)
            for x, y in placed:
                drawing.dot(x, y, color)
            ends.append((placed[-1][1], name, color, placed[-1]))
        self._name(drawing, ends, bottom)
        return drawing.svg()

    @staticmethod
    def _name(drawing, ends, bottom):
        """Writes the names beside the ends of their lines, none over another."""
        ends.sort(key=lambda end: end[0])
        places = [end[0] for end in ends]
        for i in range(1, len(places)):
            places[i] = max(places[i], places[i - 1] + LINE_GAP)
        overflow = max(places[-1] - bottom, 0)
        for i in reversed(range(len(places))):
            limit = places[i + 1] - LINE_GAP if i + 1 < len(places) else places[i] - overflow
            places[i] = min(places[i], limit)
        for place, (_, name, color, (x, y)) in zip(places, ends):
            drawing.line(x + 6, y, x + 22, place, color=color)
            drawing.text(x + 26, place + 4, name, color=color)
