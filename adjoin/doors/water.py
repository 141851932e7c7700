"""Doors to what is known about rivers: classes, words, and what observations of a wave can and cannot say."""

from dataclasses import asdict
from datetime import date

from adjoin.core.assessment import CLASSES
from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal
from adjoin.core.rule import Standard
from adjoin.core.units import Quantity, evaluated
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.water_explained import EXPLAINED
from adjoin.water import detect, quality

_STANDARD = "GB 3838-2002"  # where the question names none
_LONGEST_H = 1e6  # of a lag or a gap: more than a century
_TINY, _HUGE = 1e-9, 1e9  # of an item whose logarithm is taken


def section_class(asked: Asked) -> Answer:
    """The single-factor class of one section."""
    from adjoin.formats import rules

    given = Given.of(asked)
    standard = rules.standard(given.text("standard") if "standard" in given.values else _STANDARD)
    on = _day(given, standard)
    body = given.choice("water_body", ("river", "lake"))
    verdict = quality.classify(
        _values(given.inner("values")),
        standard=standard,
        water_body=body,
        stage=given.choice("stage", quality.STAGES),
        target=given.choice("target", CLASSES) if given.values.get("target") is not None else None,
        quantities=rules.quantities(),
        on=on,
        evaluation=rules.evaluation(),
    )
    limits = {code: standard.limit(code, body, on) for code in verdict.items}
    return {
        "class": verdict.water_class,
        "decided_by": list(verdict.decided_by),
        "items": dict(verdict.items),
        "meets_target": verdict.meets_target,
        "main_pollutants": [
            {"code": each.code, "class": each.water_class, "multiple": each.multiple}
            for each in verdict.main_pollutants
        ],
        "clauses": {code: f"{standard.name}, {limit.clause}" for code, limit in limits.items() if limit},
    }


def river_grade(asked: Asked) -> Answer:
    """The word for a river with enough sections."""
    from adjoin.formats import rules

    given = Given.of(asked)
    items = given.items("classes")
    classes = [Given({f"classes[{i}]": each}).choice(f"classes[{i}]", CLASSES) for i, each in enumerate(items)]
    river = quality.river_grade(classes, rules.evaluation())
    return {
        "grade": river.grade.key,
        "grade_zh": river.grade.name_zh,
        "share_I_III_percent": river.share_good_percent,
        "share_worse_than_V_percent": river.share_worst_percent,
    }


def trophic_state(asked: Asked) -> Answer:
    """The trophic level index of a lake and its state."""
    from adjoin.formats import rules

    given, rule = Given.of(asked), rules.evaluation()
    lake = quality.trophic_state({each.key: given.number(each.key, _TINY, _HUGE) for each in rule.trophic_items}, rule)
    return {"tli": lake.index, "state": lake.grade.key, "state_zh": lake.grade.name_zh, "parts": dict(lake.parts)}


def ph_mean(asked: Asked) -> Answer:
    """The mean of pH values, through the hydrogen ions."""
    return {"mean": quality.ph_mean(Given.of(asked).numbers("values", 0, 14))}


def hull(asked: Asked) -> Answer:
    """Whether border values can be mixtures of the observed inflows."""
    given = Given.of(asked)
    inflows = {
        name: detect.Inflow(inflow.points("observed_h"), inflow.span("lag_h", 0, _LONGEST_H))
        for name, inflow in given.each("inflows")
    }
    rows = detect.hull(given.points("border"), inflows, given.number("max_gap_h", 0, _LONGEST_H))
    return {"rows": [asdict(row) | {"not_covered": list(row.not_covered)} for row in rows]}


def dose(asked: Asked) -> Answer:
    """The time integral of what exceeds a base."""
    given = Given.of(asked)
    return {"dose": detect.dose(given.points("observed_h"), given.number("base", -_HUGE, _HUGE))}


def first_seen(asked: Asked) -> Answer:
    """Who saw a rise (or a fall) first along the water, as far as the observations establish it."""
    given = Given.of(asked)
    threshold, falling = given.number("threshold", -_HUGE, _HUGE), given.flag("falling", default=False)
    seen = detect.order(
        detect.Seen(name, detect.first_seen(site.points("observed_h"), threshold, falling=falling), _km(site))
        for name, site in given.each("sites")
    )
    return {
        "sites": [_seen(each) for each in seen.sites],
        "unordered": [_seen(each) for each in seen.unordered],
        "never": list(seen.never),
        "pairs": [asdict(pair) for pair in seen.pairs],
        "first": seen.first,
    }


def _day(given: Given, standard: Standard) -> date:
    """The day whose law holds; without one the newest text of the standard."""
    if "on" not in given.values:
        return max(limit.since for limit in standard.limits)
    return parse_time(given.text("on")).date()


def _values(given: Given) -> dict[str, str | None]:
    """Values by quantity code, whatever names they came under."""
    from adjoin.formats import rules

    values: dict[str, str | None] = {}
    for name in given.values:
        quantity = rules.quantities().find(str(name))
        if quantity.code in values:
            refuse("named_twice", given.place(name), quantity.code)
        values[quantity.code] = None if given.raw(name) is None else _possible(given, name, quantity)
    return values


def _possible(given: Given, name: str, quantity: Quantity) -> str:
    """The text of a value that this quantity can have."""
    text = given.text(name)
    try:
        value = evaluated(text)
    except Refusal:
        refuse("not_a_value", given.place(name), text)
    if (quantity.low is not None and value < quantity.low) or (quantity.high is not None and value > quantity.high):
        refuse("out_of_bounds", given.place(name), text, low=quantity.low, high=quantity.high)
    return text


def _km(site: Given) -> float | None:
    return site.number("km", -_HUGE, _HUGE) if site.values.get("km") is not None else None


def _seen(each: detect.Seen) -> dict[str, object]:
    bracket = each.bracket
    assert bracket is not None  # those who never saw it are listed by name
    return {"site": each.site, "km": each.km, **asdict(bracket), "already": bracket.already}


DOORS = tuple(
    Door(method, answer, EXPLAINED[method])
    for method, answer in (
        ("water.section_class", section_class),
        ("water.river_grade", river_grade),
        ("water.trophic_state", trophic_state),
        ("water.ph_mean", ph_mean),
        ("water.hull", hull),
        ("water.dose", dose),
        ("water.first_seen", first_seen),
    )
)
