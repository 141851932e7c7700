"""The pictures of a city's hours: the day hour by hour, and the wind."""

from adjoin.web import draw_answer, draw_rose
from adjoin.web.pages.city_hours import HoursPart, ProfileLine
from adjoin.web.pictured import Curves
from adjoin.web.words import said


def profile(line: ProfileLine, lang: str) -> str:
    """The mean of each hour of the day of one quantity."""
    name = f"{line.name.of(lang)} {line.unit}"
    return draw_answer.drawn(Curves(name, "h", tuple(map(float, range(24))), ((name, line.means),)), lang)


def rose(part: HoursPart, lang: str) -> str:
    """Where the wind came from."""
    blades = [draw_rose.Blade(each.degrees, each.share) for each in part.winds]
    compass = said("web.city.compass").of(lang).split()
    told = ", ".join(f"{each.name.of(lang)} {100 * each.share:.1f}%" for each in part.winds)
    return draw_rose.rose(blades, names=compass[::4], title=said("web.city.rose").of(lang), desc=told)
