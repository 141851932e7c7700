"""Which picture an answer gets, and what the picture says."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from adjoin.doors import cases, registry
from adjoin.web import draw_answer, pictured

SVG = "{http://www.w3.org/2000/svg}"
SQUARE = "POLYGON ((0 0, 2 0, 2 1, 0 1, 0 0))"


def kinds(given, answer, hint=""):
    return [each.kind for each in pictured.pictures(given, answer, hint)]


def test_the_shape_of_an_answer_chooses():
    days = {(date(2015, 1, 1) + timedelta(days=i)).isoformat(): i for i in range(9)}
    assert kinds({"x_km": [0, 1, 2]}, {"C": [3.0, 2.0, 1.0]}) == ["curve"]
    assert kinds({}, {"flow": [[1, 2], [3, 4]]}) == ["matrix"]
    assert kinds({}, {"by_party": {"a": 1.0, "b": 2.0}}) == ["bars"]
    assert kinds({}, {"aqi": days})[0] == "calendar"
    assert kinds({"wkt": SQUARE}, {"verdict": "ok"}) == ["map"]
    assert kinds({"mass_kg": 5}, {"grade": "II"}) == []


def test_what_would_mean_nothing_is_not_drawn():
    assert kinds({}, {"selected": [1, 2, 3, 5, 8, 9, 10, 11]}) == []  # numbers of things are no curve
    assert kinds({}, {"out": {"t_peak_s": 3.0, "peak_mg": 1.0}}) == []  # two units on one scale
    assert kinds({}, {"gap": {"a": 0.0, "b": 0.0}}) == []
    assert kinds({}, {"mean": {"value": 3.0, "se": 0.1}}) == []


def test_a_hint_of_the_door_is_followed():
    answer = {"by_party": {"a": 1.0, "b": 2.0}, "flow": [[1, 2], [3, 4]]}
    assert kinds({}, answer, "none") == []
    assert kinds({}, answer, "bars") == ["bars"]
    assert kinds({}, answer, "matrix:flow") == ["matrix"]


def test_the_places_that_the_answer_speaks_of_are_marked():
    given = {"units": [{"id": "U1", "wkt": SQUARE}, {"id": "U2", "wkt": SQUARE}]}
    (drawn,) = pictured.pictures(given, {"units_hit": [{"unit": "U2"}]})
    assert [(shape.name, shape.met) for shape in drawn.shapes] == [("U1", False), ("U2", True)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("method", [m for m in registry.methods() if not registry.door(m).long])
def test_every_picture_of_a_case_is_sound_svg_that_says_what_it_shows(method, lang):
    given = cases.given(method)[0]
    for each in pictured.pictures(given, registry.compute(method, given)):
        made = ET.fromstring(draw_answer.drawn(each, lang))
        assert "compute.picture" not in made.find(f"{SVG}desc").text
        numbers = [float(n) for path in made.iter(f"{SVG}rect") for n in (path.get("x"), path.get("width"))]
        assert all(-1 <= number <= 2000 for number in numbers)
        assert "nan" not in ET.tostring(made).decode().lower().split()


def test_a_bar_is_as_long_as_its_value():
    (bars,) = pictured.pictures({}, {"t": {"a": 10.0, "b": -5.0}})
    made = ET.fromstring(draw_answer.drawn(bars, "en"))
    long, short = (float(rect.get("width")) for rect in made.iter(f"{SVG}rect"))
    assert long == pytest.approx(2 * short, abs=0.2)
    assert [rect.get("class") for rect in made.iter(f"{SVG}rect")] == ["bar", "bar open"]
