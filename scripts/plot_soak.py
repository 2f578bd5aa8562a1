#!/usr/bin/env python3
"""Draws what goxel_soak has sampled: memory over requests, as SVG.

    scripts/plot_soak.py samples.csv plot.svg
"""

import csv
import sys

WIDTH, HEIGHT = 800, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 40, 40, 50
LINES = (
    ("rss_kib", "VmRSS", "#1f77b4"),
    ("anonymous_kib", "RssAnon (heap and stacks)", "#d62728"),
)


def read_samples(path):
    with open(path, newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def nice_step(largest):
    """The round number that divides an axis up to `largest` in 4 to 10 parts."""
    step = 1
    while largest / step > 10:
        step *= 2 if str(step)[0] in "15" else 2.5
    return step


def draw(samples):
    last = samples[-1]["requests"]
    top_mib = max(s[key] for s in samples for key, _, _ in LINES) / 1024 * 1.1

    def x(requests):
        return LEFT + requests / last * (WIDTH - LEFT - RIGHT)

    def y(mib):
        return HEIGHT - BOTTOM - mib / top_mib * (HEIGHT - TOP - BOTTOM)

    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="14">Memory of the daemon over '
        f"{last:,.0f} requests</text>",
    ]
    step = nice_step(top_mib)
    mib = 0
    while mib <= top_mib:
        svg.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(mib):.1f}" '
            f'y2="{y(mib):.1f}" stroke="#ddd"/>'
            f'<text x="{LEFT - 8}" y="{y(mib) + 4:.1f}" text-anchor="end">'
            f"{mib:g} MiB</text>"
        )
        mib += step
    for i in range(6):
        requests = last * i / 5
        svg.append(
            f'<text x="{x(requests):.1f}" y="{HEIGHT - BOTTOM + 18}" '
            f'text-anchor="middle">{requests:,.0f}</text>'
        )
    for i, (key, name, color) in enumerate(LINES):
        points = " ".join(f"{x(s['requests']):.1f},{y(s[key] / 1024):.1f}" for s in samples)
        svg.append(
            f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>'
            f'<text x="{LEFT + 10 + 120 * i}" y="{HEIGHT - 10}" fill="{color}">{name}</text>'
        )
    svg.append("</svg>")
    return "\n".join(svg) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    samples = sorted(read_samples(sys.argv[1]), key=lambda s: s["requests"])
    if not samples:
        sys.exit(f"{sys.argv[1]} has no samples; make them with goxel_soak --csv")
    with open(sys.argv[2], "w") as file:
        file.write(draw(samples))


if __name__ == "__main__":
    main()
