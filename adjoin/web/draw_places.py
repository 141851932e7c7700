"""Where things stand: a mark a place on the ground of both sides, filled for one side and hollow for the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from adjoin.web.draw import short, svg, text
from adjoin.web.draw_map import Box, Projection, Spot

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
    """A place with a level: the number of its colour, and the figure that is written in it."""

    name: str
    spot: Spot
    shade: int
    written: str
    href: str
    focus: bool = False

    def drawn(self, x: float, y: float) -> str:
        """The mark at a pixel, with its name below."""
        size = f'x="{short(x - 19)}" y="{short(y - 12)}" width="38" height="24"'
        ring = f'<rect class="focus" x="{short(x - 22)}" y="{short(y - 15)}" width="44" height="30"/>'
        block = f'<rect class="q{self.shade} edge" {size}/>' + text(
            x, y + 5.5, self.written, f"w{self.shade}", "middle"
        )
        name = text(x, y + 28, self.name, "name halo" if self.focus else "halo", "middle")
        return _link(self.href, f"{self.name} {self.written}", (ring if self.focus else "") + block + name)


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies beneath: the rings of each side in the order of the bundle, and the names of the sides."""

    areas: Sequence[Sequence[Sequence[Spot]]]
    names: Sequence[tuple[str, Spot]]


def places(marks: Sequence[Dot | Shade], ground: Ground, *, title: str, desc: str, width: float = 820) -> str:
    """The map of some places; nothing where none is known."""
    if not marks:
        return ""
    bounds = box([mark.spot for mark in marks])
    project = Projection.of(bounds, width)
    if (bounds[3] - bounds[1]) * project.scale > TALLEST:
        bounds = _wider(bounds, project.squeeze * (bounds[3] - bounds[1]) * width / TALLEST)
        project = Projection.of(bounds, width)
    parts = [_area(number, rings, project) for number, rings in enumerate(ground.areas)]
    parts += [_side(name, project(spot)) for name, spot in ground.names]
    parts += [mark.drawn(*project(mark.spot)) for mark in marks]
    drawn = svg(width, (bounds[3] - bounds[1]) * project.scale, title, desc, parts)
    return drawn.replace('class="plot" ', 'class="plot chart" ', 1).replace('role="img"', 'role="group"', 1)


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
