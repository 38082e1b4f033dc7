"""Cost against number of rules, both on logarithmic scales, as a small SVG."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import cycle

Points = Sequence[tuple[float, float]]
"""Numbers of rules, and microseconds."""

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 44, 48
COLOURS = (
    "#4e79a7",
    "#f28e2b",
    "#59a14f",
    "#b07aa1",
    "#9c755f",
    "#edc948",
    "#76b7b2",
    "#ff9da7",
    "#86bcb6",
    "#bab0ac",
)
OURS, YARDSTICK = "#d62728", "#222222"


def svg(title: str, series: Mapping[str, Points], *, ours: str, yardsticks: Sequence[str]) -> str:
    """Return the picture of some series: ours is drawn boldest, the yardsticks in black."""
    drawn = {name: points for name, points in series.items() if points}
    xs = [x for points in drawn.values() for x, _ in points]
    ys = [y for points in drawn.values() for _, y in points]
    axes = _Axes(
        min(xs), max(xs), 10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys)))
    )
    body = [*_grid(axes, sorted({*xs})), *_lines(axes, drawn, ours, yardsticks)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            f'<text x="{LEFT}" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
            *body,
            "</svg>\n",
        ]
    )


class _Axes:
    """Where a number of rules and a time lie in the picture."""

    def __init__(self, left: float, right: float, low: float, high: float) -> None:
        self.left, self.right, self.low, self.high = left, right, low, high

    def x(self, value: float) -> float:
        part = math.log(value / self.left) / (math.log(self.right / self.left) or 1)
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        part = math.log(value / self.low) / (math.log(self.high / self.low) or 1)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)


def _grid(axes: _Axes, sizes: Sequence[float]) -> Iterator[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for power in range(round(math.log10(axes.low)), round(math.log10(axes.high)) + 1):
        y = axes.y(10**power)
        yield f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_time(power)}</text>'
    for size in sizes:
        x = axes.x(size)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{size:,.0f}</text>'
    yield f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 10}" text-anchor="middle">rules</text>'


def _time(power: int) -> str:
    return (
        f"{10**power:,} µs"
        if 0 <= power < 3
        else f"{10 ** (power - 3):,} ms"
        if power >= 3
        else f"{10**power:g} µs"
    )


def _lines(axes: _Axes, series: Mapping[str, Points], ours: str, yardsticks: Sequence[str]) -> Iterator[str]:
    labels = _spread({name: axes.y(points[-1][1]) for name, points in series.items()})
    colours = cycle(COLOURS)
    for name, points in series.items():
        colour = OURS if name == ours else YARDSTICK if name in yardsticks else next(colours)
        width = 3.5 if name == ours else 1.5
        dashed = ' stroke-dasharray="5 4"' if name in yardsticks else ""
        path = " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'
        for x, y in points:
            yield f'<circle cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="{width}" fill="{colour}"/>'
        x, y = axes.x(points[-1][0]) + 8, labels[name] + 4
        weight = ' font-weight="bold"' if name == ours else ""
        yield f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}"{weight}>{escape(name)}</text>'


def _spread(places: Mapping[str, float]) -> dict[str, float]:
    """Return the places of labels, moved down where two would overlap."""
    found: dict[str, float] = {}
    last = -math.inf
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        last = max(place, last + 14)
        found[name] = last
    return found
