"""A wind rose: a petal for each direction that the wind comes from, as long as its share of the hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, cos, radians, sin

from adjoin.web.draw import short, svg, text

SIZE, REACH = 300.0, 108.0  # pixels
_GAP = 0.86  # of the room that a petal has


@dataclass(frozen=True, slots=True)
class Blade:
    """One direction: its middle in degrees from north, clockwise, and its share."""

    direction: float
    share: float


def rose(blades: Sequence[Blade], *, names: Sequence[str], title: str, desc: str) -> str:
    """The petals over rings of round shares; `names`: of north, east, south and west."""
    greatest = max((each.share for each in blades), default=0.0)
    top = max(1, ceil(greatest * 20)) / 20  # the outer ring, in steps of 5 %
    scale, half = REACH / top, 180 * _GAP / max(len(blades), 1)
    rings = [(top * part * scale, top * part) for part in (0.5, 1.0)]
    parts = [_ring(radius) for radius, _ in rings]
    parts += [_petal(each.direction, half, each.share * scale) for each in blades if each.share > 0]
    parts += [text(*_at(22.5, radius), f"{100 * share:.3g}%", "halo", "middle") for radius, share in rings]
    for number, name in enumerate(names):
        x, y = _at(90.0 * number, REACH + 22)
        parts.append(text(x, y + 5, name, "name", "middle"))
    return svg(SIZE, SIZE, title, desc, parts)


def _ring(radius: float) -> str:
    return f'<circle class="grid" fill="none" cx="{short(SIZE / 2)}" cy="{short(SIZE / 2)}" r="{short(radius)}"/>'


def _petal(direction: float, half: float, radius: float) -> str:
    (x, y), (a, b) = _at(direction - half, radius), _at(direction + half, radius)
    arc = f"A{short(radius)} {short(radius)} 0 0 1 {short(a)} {short(b)}"
    return f'<path class="bar" d="M{short(SIZE / 2)} {short(SIZE / 2)}L{short(x)} {short(y)}{arc}Z"/>'


def _at(direction: float, radius: float) -> tuple[float, float]:
    turn = radians(direction)
    return SIZE / 2 + radius * sin(turn), SIZE / 2 - radius * cos(turn)
