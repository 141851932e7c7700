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
    """Marks first, then names where there is room; a mark that would cover another becomes a dot beneath it."""
    boxes = apart([_box(mark, project(mark.spot)) for mark in marks])
    taken = [box for box in boxes if box]
    parts = [_link(mark, _dot(mark, project(mark.spot))) for mark, box in zip(marks, boxes, strict=True) if not box]
    named = [
        _link(mark, _chip(mark, box) + beside(mark.name, box, taken, frame, bold=mark.focus))
        for mark, box in zip(marks, boxes, strict=True)
        if box
    ]
    return [*parts, *named[::-1]]


def _box(mark: Mark, spot: Spot) -> Box:
    half = 9 + 7.5 * (len(character(mark.water_class)) - 1) + 3
    return spot[0] - half, spot[1] - 12, spot[0] + half, spot[1] + 12


def _dot(mark: Mark, spot: Spot) -> str:
    return f'<circle class="f{shade(mark.water_class)} edge" cx="{short(spot[0])}" cy="{short(spot[1])}" r="5"/>'


def apart(boxes: Sequence[Box]) -> list[Box | None]:
    """The boxes that cover none before them; nothing in the place of one that does."""
    kept: list[Box | None] = []
    for box in boxes:
        kept.append(None if _covered(box, [each for each in kept if each]) else box)
    return kept


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


def _covered(box: Box, taken: Sequence[Box]) -> bool:
    """Whether something that was placed already lies where a box would."""
    return any(_overlap(box, other) for other in taken)


def beside(name: str, box: Box, taken: list[Box], frame: Box, *, bold: bool = False) -> str:
    """A name beside a mark, where nothing else stands; none where there is no room. Its space is added to the taken."""
    left, top, right, bottom = box
    length = sum(16.0 if ord(letter) > 0x2E7F else 8.6 for letter in name) * (1.08 if bold else 1.0)
    middle = (left + right) / 2
    tries = (
        (right + 5, bottom - 6, "start", (right + 4, top + 2, right + 6 + length, bottom - 2)),
        (left - 5, bottom - 6, "end", (left - 6 - length, top + 2, left - 4, bottom - 2)),
        (middle, top - 6, "middle", (middle - length / 2, top - 22, middle + length / 2, top - 2)),
        (middle, bottom + 18, "middle", (middle - length / 2, bottom + 2, middle + length / 2, bottom + 22)),
    )
    for x, y, anchor, space in tries:
        if _inside(space, frame) and not _covered(space, taken):
            taken.append(space)
            return text(x, y, name, "name halo" if bold else "halo", anchor)
    return ""


def _link(mark: Mark, inner: str) -> str:
    words = escape(f"{mark.name} {character(mark.water_class)}")
    return f'<a href="{escape(mark.href)}"><title>{words}</title>{inner}</a>'


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _inside(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]
