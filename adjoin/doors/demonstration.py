"""The door to demonstrations: indicators before and after, against a twin of areas that did not take part."""

from collections import Counter
from typing import TYPE_CHECKING

from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given, refuse
from adjoin.doors.tables_given import known, maybe, objects, once, panel_row, size

if TYPE_CHECKING:
    from adjoin.joint.demonstration import Bars, Question, Told

_VALUE, _TIMES, _AREAS, _INDICATORS = 1e12, 400, 200, 60
_BETTER = ("higher", "lower")


def demonstration(asked: Asked) -> Answer:
    """What a demonstration did, indicator by indicator."""
    from adjoin.joint import demonstration as question

    given = Given.of(asked)
    times, since = given.numbers("times", -_VALUE, _VALUE), given.number("since", -_VALUE, _VALUE)
    size("times", times, 3, _TIMES)
    if not min(times) < since <= max(times):
        refuse("out_of_bounds", "since", since, low=min(times), high=max(times))
    bars = question.Bars(maybe(given, "level", 0, 1, 0.1), maybe(given, "fit_share", 0, 10, 0.1))
    rows = objects(given, "indicators", _INDICATORS)
    once("indicators", [each.text("name") for each in rows])
    answers = [(each.text("name"), question.told(_question(given, each, times, since), bars)) for each in rows]
    counts = Counter(told.verdict for _, told in answers)
    return {
        "indicators": [_said(name, told, bars) for name, told in answers],
        "verdicts": {verdict: counts[verdict] for verdict in question.VERDICTS if counts[verdict]},
    }


def _question(given: Given, row: Given, times: list[float], since: float) -> "Question":
    from adjoin.joint import demonstration as question

    panel = row.inner("values")
    size(panel.at, list(panel.values), 3, _AREAS)
    area = known("area", given.text("area"), [str(name) for name in panel.values])
    values = {
        str(name): panel_row(panel.raw(name), panel.place(str(name)), len(times), -_VALUE, _VALUE)
        for name in panel.values
    }
    return question.Question(area, values, times, since, row.choice("better", _BETTER) == "lower")


def _said(name: str, told: "Told", bars: "Bars") -> dict[str, object]:
    return {
        "name": name,
        "measured": {"before": told.before, "after": told.after, "change": told.after - told.before},
        "modelled": {
            "twin_after": told.twin_after,
            "effect": told.effect,
            "difference_in_differences": told.difference,
            "twin": dict(told.twin),
            "twin_series": list(told.twin_series),
        },
        "fit_before": told.fit,
        "p": told.p,
        "smallest_p": told.smallest_p,
        "level": bars.p,
        "verdict": told.verdict,
    }


DOORS = (
    Door(
        "joint.demonstration",
        demonstration,
        Explanation(
            what_zh="示范区是否见效：各指标前后之差，与未参加地区合成的“孪生”相比，并以安慰剂检验给出偶然达到的程度；"
            "实测与模型分开列出",
            what_en="does a demonstration work: indicators before and after against a twin of areas that did not take "
            "part, with placebos that say how often chance does as much; measured and modelled stay apart",
            formula="twin = sum w_j y_j nearest before; effect = mean(y - twin) after; p = rank by areas",
            symbols=(
                Symbol("area", "", "示范区", "the area of the demonstration"),
                Symbol("times", "", "时间，升序", "times"),
                Symbol("since", "", "示范开始的时间", "first time with the demonstration"),
                Symbol(
                    "indicators",
                    "",
                    "指标：name、better（higher或lower）、values（各地区逐时数值）",
                    "name, better (higher or lower), values by area and time",
                ),
                Symbol("level", "", "可接受的p，缺省0.1", "largest p that counts, 0.1 by default"),
                Symbol(
                    "fit_share",
                    "",
                    "孪生在此前的误差上限（占均值），缺省0.1",
                    "how far the twin may be before, 0.1 by default",
                ),
            ),
            source="Abadie, Diamond and Hainmueller 2010; the bars are Adjoin's own",
        ),
    ),
)
