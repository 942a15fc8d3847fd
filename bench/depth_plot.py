#!/usr/bin/env python3
"""bench/depth_plot.py <results.json> <plot.svg>: the ratio of an exact gradient to OpenBLAS double against depth
(width 256), both axes logarithmic."""

import json
import math
import re
import sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 360, 60, 110, 20, 50
COLOURS = ["#1b6ca8", "#c2571a", "#3d7d3a", "#7a4f9e"]


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: bench/depth_plot.py <results.json> <plot.svg>")
    with open(sys.argv[1]) as file:
        results = json.load(file)["results"]
    series = {}
    for name, row in results.items():
        match = re.fullmatch(r"depth/(\d+)/batch:(\d+)/(\w+)", name)
        if match and "ratio" in row:
            series.setdefault(f"{match[3]}, batch {match[2]}", []).append((int(match[1]), row["ratio"]))
    if not series:
        sys.exit(f"{sys.argv[1]} has no depth/<layers>/batch:<n>/<context> rows")
    points = [p for s in series.values() for p in s]
    depths = sorted({d for d, _ in points})
    top = 10 ** math.ceil(math.log10(max(r for _, r in points)))

    def x(depth):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(depth / depths[0]) / math.log(depths[-1] / depths[0])

    def y(ratio):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * math.log(ratio) / math.log(top)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for decade in range(int(math.log10(top)) + 1):
        for step in (1, 2, 5):
            ratio = step * 10**decade
            if ratio <= top:
                out.append(
                    f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(ratio):.1f}" y2="{y(ratio):.1f}" stroke="#ddd"/>'
                    f'<text x="{LEFT - 6}" y="{y(ratio) + 4:.1f}" text-anchor="end">{ratio}</text>'
                )
    for depth in depths:
        out.append(f'<text x="{x(depth):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{depth}</text>')
    out.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">layers of width 256</text>'
    )
    out.append(
        f'<text x="16" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 16 {HEIGHT / 2})">time over OpenBLAS double</text>'
    )
    for colour, (name, line) in zip(COLOURS, sorted(series.items())):
        line.sort()
        path = " ".join(f"{x(d):.1f},{y(r):.1f}" for d, r in line)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x(d):.1f}" cy="{y(r):.1f}" r="3" fill="{colour}"/>' for d, r in line]
        out.append(f'<text x="{WIDTH - RIGHT + 8}" y="{y(line[-1][1]) + 4:.1f}" fill="{colour}">{name}</text>')
    out.append("</svg>")
    with open(sys.argv[2], "w") as file:
        file.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
