"""The border as a picture: rivers as lines, sections as marks with the character of their class.

Marks that matter more are placed first; a mark or name that would cover one already placed gives way
(a dot instead of a mark, no name). No border of a country is drawn, and no tile is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians

from adjoin.web.draw import character, shade, short, svg, text

Spot = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class RiverLine:
    """A stretch of river to draw; `border`: the two parties hold a bank each."""

    name: str
    points: tuple[Spot, ...]
    width: float
    border: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A section on the map."""

    name: str
    spot: Spot
    water_class: str | None
    href: str
    focus: bool = False


@dataclass(frozen=True, slots=True)
class Projection:
    """From degrees to pixels, true in shape at the middle of the picture."""

    west: float
    north: float
    scale: float  # pixels a degree of latitude
    squeeze: float  # of a degree of longitude

    @classmethod
    def of(cls, bounds: Box, width: float) -> "Projection":
        """The projection that fills the width with the bounds."""
        west, south, east, north = bounds
        squeeze = cos(radians((south + north) / 2))
        return cls(west, north, width / ((east - west) * squeeze), squeeze)

    def __call__(self, spot: Spot) -> Spot:
        """The pixel of a place."""
        return (spot[0] - self.west) * self.squeeze * self.scale, (self.north - spot[1]) * self.scale


def river_map(
    rivers: Sequence[RiverLine],
    marks: Sequence[Mark],
    sides: Sequence[tuple[str, Spot]],
    areas: Sequence[Sequence[Sequence[Spot]]] = (),
    *,
    bounds: Box,
    title: str,
    desc: str,
    width: float = 820,
) -> str:
    """The map, for print and for readers without a script."""
    project = Projection.of(bounds, width)
    height = (bounds[3] - bounds[1]) * project.scale
    parts = [_area(number, rings, project) for number, rings in enumerate(areas)]
    parts += [_side(name, project(spot)) for name, spot in sides]
    parts += [_river(river, project) for river in rivers]
    parts += _placed(marks, project, (0, 0, width, height))
    return (
        svg(width, height, title, desc, parts)
        .replace('class="plot" ', 'class="plot chart" ', 1)
        .replace('role="img"', 'role="group"', 1)
    )


def simplified(points: Sequence[Spot], tolerance: float) -> tuple[Spot, ...]:
    """Fewer points of the same line, none farther off than the tolerance (Douglas and Peucker)."""
    if len(points) < 3:
        return tuple(points)
    far, at = max((_off(point, points[0], points[-1]), number) for number, point in enumerate(points[1:-1], 1))
    if far <= tolerance:
        return points[0], points[-1]
    return (*simplified(points[: at + 1], tolerance)[:-1], *simplified(points[at:], tolerance))


def _off(point: Spot, start: Spot, end: Spot) -> float:
    (x, y), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = min(max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1) if length else 0.0
    return float(((x - ax - share * dx) ** 2 + (y - ay - share * dy) ** 2) ** 0.5)


def _river(river: RiverLine, project: Projection) -> str:
    path = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in map(project, river.points))
    kind, width = ("river border", "") if river.border else ("river", f' stroke-width="{short(river.width)}"')
    return f'<path class="{kind}" d="{path}"{width}><title>{escape(river.name)}</title></path>'


def _area(number: int, rings: Sequence[Sequence[Spot]], project: Projection) -> str:
    path = "".join("M" + "L".join(f"{short(x)} {short(y)}" for x, y in map(project, ring)) + "Z" for ring in rings)
    return f'<path class="area a{number}" d="{path}"/>'


def _side(name: str, spot: Spot) -> str:
    return f'<text class="side" x="{short(spot[0])}" y="{short(spot[1])}" text-anchor="middle">{escape(name)}</text>'


def _placed(marks: Sequence[Mark], project: Projection, frame: Box) -> list[str]:
    taken: list[Box] = []
    parts: list[str] = []
    for mark in marks:
        x, y = project(mark.spot)
        half = 9 + 7.5 * (len(character(mark.water_class)) - 1) + 3
        box = (x - half, y - 12, x + half, y + 12)
        if any(_overlap(box, other) for other in taken):
            parts.append(
                _link(mark, f'<circle class="f{shade(mark.water_class)} edge" cx="{short(x)}" cy="{short(y)}" r="5"/>')
            )
            continue
        taken.append(box)
        parts.append(_link(mark, _chip(mark, box) + _name(mark, box, taken, frame)))
    return parts[::-1]


def _chip(mark: Mark, box: Box) -> str:
    left, top, right, bottom = box
    size = f'x="{short(left)}" y="{short(top)}" width="{short(right - left)}" height="{short(bottom - top)}"'
    around = f'x="{short(left - 3)}" y="{short(top - 3)}" width="{short(right - left + 6)}" height="30"'
    ring = f'<rect class="focus" {around}/>'
    block = f'<rect class="f{shade(mark.water_class)} edge" {size}/>'
    written = text(
        (left + right) / 2, bottom - 6.5, character(mark.water_class), f"g{shade(mark.water_class)}", "middle"
    )
    return (ring if mark.focus else "") + block + written


def _name(mark: Mark, box: Box, taken: list[Box], frame: Box) -> str:
    left, top, right, bottom = box
    length = sum(16.0 if ord(letter) > 0x2E7F else 8.6 for letter in mark.name)
    middle = (left + right) / 2
    tries = (
        (right + 5, bottom - 6, "start", (right + 4, top + 2, right + 6 + length, bottom - 2)),
        (left - 5, bottom - 6, "end", (left - 6 - length, top + 2, left - 4, bottom - 2)),
        (middle, top - 6, "middle", (middle - length / 2, top - 22, middle + length / 2, top - 2)),
        (middle, bottom + 18, "middle", (middle - length / 2, bottom + 2, middle + length / 2, bottom + 22)),
    )
    for x, y, anchor, space in tries:
        if _inside(space, frame) and not any(_overlap(space, other) for other in taken):
            taken.append(space)
            return text(x, y, mark.name, "name halo" if mark.focus else "halo", anchor)
    return ""


def _link(mark: Mark, inner: str) -> str:
    words = escape(f"{mark.name} {character(mark.water_class)}")
    return f'<a href="{escape(mark.href)}"><title>{words}</title>{inner}</a>'


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _inside(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]
