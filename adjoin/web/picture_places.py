"""The pictures of registers and cities: places on the map, in the reader's language."""

from adjoin.web import draw_places
from adjoin.web.geography import href
from adjoin.web.pages.register import PlaceMap
from adjoin.web.words import said


def places(given: PlaceMap, lang: str) -> str:
    """Where the records of a register stand; nothing where no place is known."""
    order = given.sides
    dots = [
        draw_places.Dot(
            f"{each.name.of(lang)} · {each.side_name.of(lang)}", each.spot, each.side == order[1], href(each.href, lang)
        )
        for each in given.rows
        if each.spot is not None
    ]
    ground = draw_places.Ground(given.areas, [(name.of(lang), spot) for name, spot in given.names])
    words = said("web.register.map.alt", count=len(dots)).of(lang)
    return draw_places.places(dots, ground, title=said("web.register.map").of(lang), desc=words)
