"""Where things stand: a mark a place on the ground of both sides, filled for one side and hollow for the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from adjoin.web.draw import short, svg, text
from adjoin.web.draw_map import Box, Projection, Spot, apart, beside

ROOM = 0.35  # degrees around what is drawn
LEAST = 3.2  # degrees of longitude that are always seen, so that one place is seen in its surroundings
TALLEST = 760.0  # pixels


@dataclass(frozen=True, slots=True)
class Dot:
    """A thing on the map: filled for the first side of the bundle, hollow for the second."""

    name: str
    spot: Spot
    second: bool
    href: str

    def drawn(self, x: float, y: float) -> str:
        """The mark at a pixel."""
        kind = "suspect" if self.second else "dot"
        circle = f'<circle class="{kind}" cx="{short(x)}" cy="{short(y)}" r="5"/>'
        return _link(self.href, self.name, circle)


@dataclass(frozen=True, slots=True)
class Shade:
    """A place with a level: the number of its colour, and the figure that is written in it.

    `step`: the colour is a step of one hue; else the official one of the level.
    """

    name: str
    spot: Spot
    shade: int
    written: str
    href: str
    focus: bool = False
    step: bool = False

    def box(self, spot: Spot) -> Box:
        """What the mark covers at a pixel."""
        half = 8 + sum(7.5 if ord(letter) > 0x2E7F else 4.3 for letter in self.written)
        return spot[0] - half, spot[1] - 12, spot[0] + half, spot[1] + 12

    def dot(self, spot: Spot) -> str:
        """The mark where a greater one covers it."""
        circle = f'<circle class="{self._fill()} edge" cx="{short(spot[0])}" cy="{short(spot[1])}" r="5"/>'
        return _link(self.href, f"{self.name} {self.written}", circle)

    def block(self, box: Box, name: str) -> str:
        """The mark with its figure, and its name as it was placed."""
        left, top, right, _ = box
        size = f'x="{short(left)}" y="{short(top)}" width="{short(right - left)}" height="24"'
        around = f'x="{short(left - 3)}" y="{short(top - 3)}" width="{short(right - left + 6)}" height="30"'
        ring = f'<rect class="focus" {around}/>' if self.focus else ""
        ink = "ink" if self.step else f"w{self.shade}"
        figure = text((left + right) / 2, top + 17.5, self.written, ink, "middle")
        inner = f'{ring}<rect class="{self._fill()} edge" {size}/>{figure}{name}'
        return _link(self.href, f"{self.name} {self.written}", inner)

    def _fill(self) -> str:
        return f"{'m' if self.step and self.shade else 'q'}{self.shade}"


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies beneath: the rings of each side in the order of the bundle, and the names of the sides."""

    areas: Sequence[Sequence[Sequence[Spot]]]
    names: Sequence[tuple[str, Spot]]


def places(marks: Sequence[Dot | Shade], ground: Ground, *, title: str, desc: str, width: float = 820) -> str:
    """The map of some places, those that matter more first; nothing where none is known."""
    if not marks:
        return ""
    bounds = box([mark.spot for mark in marks])
    project = Projection.of(bounds, width)
    if (bounds[3] - bounds[1]) * project.scale > TALLEST:
        bounds = _wider(bounds, project.squeeze * (bounds[3] - bounds[1]) * width / TALLEST)
        project = Projection.of(bounds, width)
    parts = [_area(number, rings, project) for number, rings in enumerate(ground.areas)]
    parts += [_side(name, project(spot)) for name, spot in ground.names]
    frame = (0.0, 0.0, width, (bounds[3] - bounds[1]) * project.scale)
    parts += [mark.drawn(*project(mark.spot)) for mark in marks if isinstance(mark, Dot)]
    parts += _blocks([mark for mark in marks if isinstance(mark, Shade)], project, frame)
    drawn = svg(width, frame[3], title, desc, parts)
    return drawn.replace('class="plot" ', 'class="plot chart" ', 1).replace('role="img"', 'role="group"', 1)


def _blocks(marks: Sequence[Shade], project: Projection, frame: Box) -> list[str]:
    """Marks first, then names where there is room; a mark that would cover another becomes a dot beneath it."""
    boxes = apart([mark.box(project(mark.spot)) for mark in marks])
    taken = [box for box in boxes if box]
    pairs = list(zip(marks, boxes, strict=True))
    dots = [mark.dot(project(mark.spot)) for mark, box in pairs if not box]
    return dots + [mark.block(box, beside(mark.name, box, taken, frame, bold=mark.focus)) for mark, box in pairs if box]


def box(spots: Sequence[Spot], room: float = ROOM) -> Box:
    """The bounds that hold all places, with room around them."""
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    wide = max(room, (LEAST - max(xs) + min(xs)) / 2)
    high = max(room, (LEAST * 0.6 - max(ys) + min(ys)) / 2)
    return min(xs) - wide, min(ys) - high, max(xs) + wide, max(ys) + high


def _wider(bounds: Box, high_as_wide: float) -> Box:
    """The same height on a wider piece of ground, so that the picture is no taller than it may be."""
    west, south, east, north = bounds
    squeeze = Projection.of(bounds, 1).squeeze
    extra = max(high_as_wide / squeeze / squeeze - (east - west), 0) / 2
    return west - extra, south, east + extra, north


def _area(number: int, rings: Sequence[Sequence[Spot]], project: Projection) -> str:
    path = "".join("M" + "L".join(f"{short(x)} {short(y)}" for x, y in map(project, ring)) + "Z" for ring in rings)
    return f'<path class="area a{number}" d="{path}"/>'


def _side(name: str, spot: Spot) -> str:
    return f'<text class="side" x="{short(spot[0])}" y="{short(spot[1])}" text-anchor="middle">{escape(name)}</text>'


def _link(address: str, words: str, inner: str) -> str:
    return f'<a href="{escape(address)}"><title>{escape(words)}</title>{inner}</a>'
