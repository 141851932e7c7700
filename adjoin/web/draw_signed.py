"""Lengths to both sides of nothing: what grows is solid, what shrinks is hollow, so that it reads without colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from adjoin.web.draw import Axis, short, svg, text

_ROW, _LEFT, _RIGHT = 36, 200.0, 110.0


@dataclass(frozen=True, slots=True)
class Signed:
    """A named change with what it may lie between."""

    name: str
    value: float
    ends: tuple[float, float]
    text: str
    bold: bool = False


def signed_bars(rows: Sequence[Signed], *, title: str, desc: str, unit: str, width: float = 760) -> str:
    """Changes beside one another from one line of nothing, each with its name, its figure and its range."""
    if not rows:
        return ""
    ends = [end for row in rows for end in (*row.ends, row.value)]
    x = Axis(min(0.0, *ends), max(0.0, *ends), _LEFT, width - _RIGHT)
    bottom = 12 + _ROW * len(rows)
    parts = [text(width - _RIGHT + 14, 12, unit, "soft")]
    for number, row in enumerate(rows):
        parts.append(_bar(row, x, 20 + _ROW * number, width))
    parts.append(f'<path class="axis" d="M{short(x(0))} 14V{short(bottom + 8)}"/>')
    return svg(width, bottom + 14, title, desc, parts)


def _bar(row: Signed, x: Axis, y: float, width: float) -> str:
    start, end = sorted((x(0), x(row.value)))
    low, high = sorted(map(x, row.ends))
    kind = "bar open" if row.value < 0 else "bar"
    size = f'y="{short(y)}" width="{short(max(end - start, 1))}" height="20"'
    where = f'<rect class="{kind}" x="{short(start)}" {size}/>'
    middle = y + 10
    ticks = "".join(f"M{short(end)} {short(middle - 6)}V{short(middle + 6)}" for end in (low, high))
    line = f'<path class="range" d="M{short(low)} {short(middle)}H{short(high)}{ticks}"/>'
    name = text(_LEFT - 12, y + 15, row.name, "name" if row.bold else "", "end")
    return name + where + line + text(width - _RIGHT + 14, y + 15, row.text, "name" if row.bold else "")
