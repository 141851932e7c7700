"""Pictures: silences stay open, doubtful points stay hollow, the class is always written, the words say the same."""

import itertools
import re
from datetime import datetime, timedelta

from adjoin.core.period import ZONE
from adjoin.web import draw, draw_bands, draw_map

START = datetime(2026, 9, 1, tzinfo=ZONE)


def at(hours):
    return START + timedelta(hours=hours)


def test_a_silence_longer_than_a_day_is_not_bridged():
    points = tuple(draw.Point(at(hours), 1.0) for hours in (0, 4, 8, 33, 37))
    picture = draw.series([draw.Curve("TP", points)], title="t", desc="d")
    [path] = re.findall(r'class="curve s0" d="([^"]+)"', picture)
    assert path.count("M") == 2
    assert picture.count("<circle") == 5


def test_a_missing_value_breaks_the_line():
    points = (draw.Point(at(0), 1.0), draw.Point(at(4), None), draw.Point(at(8), 1.0), draw.Point(at(12), 2.0))
    [path] = re.findall(r'class="curve s0" d="([^"]+)"', draw.series([draw.Curve("TP", points)], title="t", desc=""))
    assert path.count("M") == 1
    assert path.count("L") == 1


def test_a_doubtful_point_is_hollow():
    points = (draw.Point(at(0), 1.0), draw.Point(at(4), 2.0, suspect=True))
    picture = draw.series([draw.Curve("TP", points)], title="t", desc="")
    assert picture.count('class="suspect"') == 1
    assert picture.count('class="dot"') == 1


def test_the_limit_is_drawn_with_its_words():
    picture = draw.series(
        [draw.Curve("TP", (draw.Point(at(0), 0.1), draw.Point(at(9), 0.3)))],
        title="t",
        desc="",
        levels=[draw.Level(0.2, "limit 0.2")],
    )
    assert 'class="limit"' in picture
    assert ">limit 0.2</text>" in picture


def test_names_of_lines_that_end_together_do_not_cover_one_another():
    curves = [draw.Curve(name, (draw.Point(at(0), 1.0), draw.Point(at(9), 1.0))) for name in "abc"]
    heights = [float(y) for y in re.findall(r'y="([\d.]+)">[abc]</text>', draw.series(curves, title="t", desc=""))]
    assert min(below - above for above, below in itertools.pairwise(heights)) >= 18


def test_every_field_of_a_ribbon_has_its_class_written():
    steps = [(at(0), "III"), (at(20), "worse_than_V"), (at(21), "IV"), (at(22), "II")]
    picture = draw_bands.ribbon(steps, title="t", desc="", until=at(40))
    for written in ("Ⅲ", "劣Ⅴ", "Ⅳ", "Ⅱ"):
        assert f">{written}</text>" in picture


def test_a_bracket_of_unknown_kilometre_stands_below_the_ordered_ones():
    rows = [
        draw_bands.Bracket("upper", 100, at(0), at(6)),
        draw_bands.Bracket("somewhere", None, at(0), at(6)),
        draw_bands.Bracket("lower", 0, None, at(9), "0.3"),
        draw_bands.Bracket("never", 50, None, None),
    ]
    picture = draw_bands.brackets(rows, title="t", desc="d", unknown="not ordered", kilometre="km")
    heights = {name: float(y) for y, name in re.findall(r'y="([\d.]+)" text-anchor="end">(\w+)', picture)}
    assert heights["upper"] < heights["lower"] < heights["somewhere"]
    assert "never" not in heights
    assert picture.count('class="whisker"') == 1


def test_what_people_wrote_can_not_become_markup():
    picture = draw.series([draw.Curve("<b>", (draw.Point(at(0), 1.0),))] * 2, title='"><script>', desc="<i>")
    assert "<script>" not in picture
    assert "<b>" not in picture


def test_a_value_axis_ends_at_a_round_number_above_every_value():
    for top in (0.0003, 0.07, 0.599, 1, 9.9, 10, 514, 99_999):
        step, high = draw.nice(top)
        assert high >= top
        assert 1 <= round(high / step) <= 6


def test_a_simplified_line_is_never_farther_off_than_allowed():
    line = [(x / 10, (x % 7) / 50) for x in range(200)]
    kept = draw_map.simplified(line, 0.05)
    assert kept[0] == line[0]
    assert kept[-1] == line[-1]
    assert len(kept) < len(line)
    for spot in line:
        assert min(draw_map._off(spot, *pair) for pair in itertools.pairwise(kept)) <= 0.05 + 1e-9


def test_marks_on_the_map_never_cover_one_another_and_the_first_wins():
    marks = [draw_map.Mark(name, (106.0, 29.5), "II", f"/section/{name}") for name in ("first", "second")]
    picture = draw_map.river_map([], marks, [], bounds=(105, 29, 107, 30), title="t", desc="d")
    assert picture.count("<circle") == 1
    assert picture.index("<title>second Ⅱ") < picture.index("<title>first Ⅱ")
    assert ">first</text>" in picture


def test_days_beneath_a_picture_do_not_run_into_one_another():
    since = datetime(2026, 11, 24, 20, tzinfo=ZONE)
    for hours in (60, 100, 290, 700):
        until = since + timedelta(hours=hours)
        grid = draw.time_grid(draw.time_axis(since, until, 58, 724), since, until, 30, 330)
        words = re.findall(r'<text class="soft" x="([\d.]+)"[^>]*?(?:text-anchor="(\w+)")?>', "".join(grid))
        ends = {"end": (-40, 0), "middle": (-20, 20), "start": (0, 40), "": (0, 40)}
        spans = [tuple(float(x) + shift for shift in ends[anchor]) for x, anchor in words]
        assert len(spans) > 1
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans)), hours
