"""Doors to works and measures: how clean, how green, at what cost, which measures, how much dust."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from adjoin.core.measure import Decision, Measure
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.industry_explained import EXPLAINED
from adjoin.industry import annual_cost, cleaner_production, cost_curve, green_factory, technologies, vehicle_dust
from adjoin.methods.written import as_written

_MUCH, _TINY = 1e12, 1e-9  # more than any yuan, tonne or kilometre of a works
_MOST = 200  # measures in one question: seconds
_SLACK = 1e-6  # of a sum of weights
_HOUSE_RULE = "unverified house rule"
_UNREAD = (
    "unofficial until the table is confirmed: the scoring chapter of GB/T 36132-2025 (a linear house rule stands in)"
)


def annual(asked: Asked) -> Answer:
    """The yearly cost of a measure."""
    given = Given.of(asked)
    removed = given.number("removed_t_a", _TINY, _MUCH) if given.values.get("removed_t_a") is not None else None
    return asdict(
        annual_cost.annual_cost(
            capital_yuan=given.number("capital_yuan", 0, _MUCH),
            running_yuan_a=given.number("running_yuan_a", -_MUCH, _MUCH),
            saving_yuan_a=given.number("saving_yuan_a", -_MUCH, _MUCH),
            life_a=given.integer("life_a", 1, 1000),
            rate=given.number("rate", 0, 10),
            removed_t_a=removed,
        )
    )


def curve(asked: Asked) -> Answer:
    """The marginal abatement cost curve up to a target."""
    given = Given.of(asked)
    measures, target = _technologies(given), given.number("target_t", 0, _MUCH)
    found = cost_curve.cost_curve(measures, target)
    decision = cost_curve.decided(measures, target, found)
    return (
        asdict(found)
        | {"chosen": [{"name": name, "t": tonnes} for name, tonnes in found.chosen]}
        | ({"decision": decision.as_json()} if decision else {})
    )


def whole(asked: Asked) -> Answer:
    """The cheapest set of whole measures that reaches a target."""
    given = Given.of(asked)
    return _selected(given, ())


def exclusive(asked: Asked) -> Answer:
    """The same with at most one measure of each group."""
    given = Given.of(asked)
    return _selected(given, _groups(given, tuple(each.name for each in _technologies(given))))


def green(asked: Asked) -> Answer:
    """The rating of a factory by the house rule."""
    given = Given.of(asked)
    rows = _rows(given, "indicators")
    _unique(rows, "name")
    found = green_factory.rating(_unmet(given), [_scored(row) for row in rows])
    _sums_to_one([row.number("weight", 0, 1) for row in rows], given.place("indicators"))
    return {
        "eligible": not found.vetoed_by,
        "vetoed_by": list(found.vetoed_by),
        "scores": found.scores,
        "heads": found.heads,
        "total": found.total,
        "status": _HOUSE_RULE,
        "warnings": [_UNREAD],
    }


def cleaner(asked: Asked) -> Answer:
    """The composite index and level of cleaner production."""
    given = Given.of(asked)
    rows = _rows(given, "indicators")
    _unique(rows, "name")
    indicators = [_indicator(row) for row in rows]
    _check_weights(indicators, given.place("indicators"))
    found = cleaner_production.cleanness(indicators, _level_rule(given.inner("rule")))
    answer: dict[str, object] = {
        "undefined": bool(found.missing),
        "level": found.level,
        "grades": {each.name: each.grade for each in indicators},
        "limit_below": {grade: list(names) for grade, names in found.limit_below.items()},
    }
    return answer | ({"missing_groups": list(found.missing)} if found.missing else {"Y": dict(found.index)})


def dust(asked: Asked) -> Answer:
    """Exhaust and dust of one source class."""
    given = Given.of(asked)
    kind = given.choice("kind", tuple(_DUST))
    if kind not in {"vehicle", "paved_road"} and given.values.get("distributions") is not None:
        refuse("no_interval_here", given.place("distributions"), kind, expected="vehicle, paved_road")
    return _DUST[kind](given)


def _fleet(given: Given) -> Answer:
    rows = _rows(given, "fleet")
    _unique(rows, "type")
    inputs = {row.text("type"): _vehicle(row) for row in rows}
    by_type = {name: float(vehicle_dust.vehicle(**each)) for name, each in inputs.items()}
    answer = {"total_t": math.fsum(by_type.values()), "by_type_t": by_type}
    if given.values.get("distributions") is None:
        return answer
    if len(inputs) != 1:
        refuse("no_interval_here", given.place("distributions"), f"fleet: {len(inputs)}", expected="fleet: 1")
    (only,) = inputs.values()
    fixed, spread = _spreads(given.inner("distributions"), only)
    return answer | {"interval_t": vehicle_dust.interval(vehicle_dust.vehicle, fixed, spread)}


def _paved_road(given: Given) -> Answer:
    silt = {"k_g_km": 1e6, "sL_g_m2": 1e6, "W_t": 1e6, "eta": 1.0}
    factor = {key: given.number(key, 0, most) for key, most in silt.items()}
    inputs = factor | {
        "km": given.number("km", 0, _MUCH),
        "vehicles_per_year": given.number("vehicles_per_year", 0, _MUCH),
        "rain_days": given.number("rain_days", 0, 366),
    }
    answer: dict[str, object] = {
        "ef_g_km": vehicle_dust.paved_road_factor(**factor),
        "total_t": vehicle_dust.paved_road(**inputs),
    }
    if given.values.get("distributions") is None:
        return answer
    fixed, spread = _spreads(given.inner("distributions"), inputs)
    return answer | {"interval_t": vehicle_dust.interval(vehicle_dust.paved_road, fixed, spread)}


def _construction(given: Given) -> Answer:
    total = vehicle_dust.construction(
        area_m2=given.number("area_m2", 0, _MUCH),
        months=given.number("months", 0, 1e4),
        ef_t_m2_month=given.number("ef_t_m2_month", 0, 1e6),
        eta=given.number("eta", 0, 1),
    )
    return {"total_t": total}


def _stockpile(given: Given) -> Answer:
    handling = vehicle_dust.handling_factor(
        k=given.number("k", 0, 1e3),
        u_m_s=given.number("u_m_s", 0, 200),
        moisture_percent=given.number("moisture_percent", 1e-3, 100),
        eta=given.number("eta", 0, 1),
    )
    total = vehicle_dust.stockpile(
        handling_kg_t=handling,
        load_t=given.number("load_t", 0, _MUCH),
        times=given.number("times", 0, 1e6),
        wind_kg_m2=given.number("Ew_kg_m2", 0, 1e6),
        area_m2=given.number("area_m2", 0, _MUCH),
    )
    return {"Eh_kg_t": handling, "total_t": total}


_DUST = {"vehicle": _fleet, "paved_road": _paved_road, "construction": _construction, "stockpile": _stockpile}


def _vehicle(row: Given) -> dict[str, float]:
    inputs = {key: row.number(key, 0, _MUCH) for key in ("n", "ef_g_km", "vkt_km")}
    return inputs | {"c": row.number("c", 0, 1e6) if row.values.get("c") is not None else 1.0}


def _spreads(given: Given, inputs: Mapping[str, float]) -> tuple[dict[str, float], dict[str, vehicle_dust.Spread]]:
    """The inputs that stay as they are, and the distributions of the others."""
    fixed, spread = dict(inputs), {}
    for name in map(str, given.values):
        if name not in inputs:
            refuse("no_interval_here", given.place(name), name, expected=", ".join(inputs))
        found = _spread(given, name)
        if found.kind == "fixed":
            fixed[name] = found.first
        else:
            spread[name] = found
    return fixed, spread


def _spread(given: Given, name: str) -> vehicle_dust.Spread:
    kind, *rest = given.items(name)
    shape = {f"{name}[{i}]": each for i, each in enumerate(rest, 1)}
    numbers = [Given(shape, given.at).number(key, -_MUCH, _MUCH) for key in shape]
    if not isinstance(kind, str) or not _fits(kind, numbers):
        refuse("not_a_spread", given.place(name), given.raw(name))
    return vehicle_dust.Spread(kind, numbers[0], numbers[-1])


def _fits(kind: str, numbers: Sequence[float]) -> bool:
    if kind == "fixed" or len(numbers) != 2:
        return kind == "fixed" and len(numbers) == 1
    first, second = numbers
    fits = {"normal": second >= 0, "uniform": first <= second, "lognormal": first > 0 and 1 <= second <= 1e3}
    return fits.get(kind, False)


def _technologies(given: Given) -> list[cost_curve.Technology]:
    rows = _rows(given, "technologies")
    if len(rows) > _MOST:
        refuse("out_of_bounds", given.place("technologies"), len(rows), low=1, high=_MOST)
    _unique(rows, "name")
    return [
        cost_curve.Technology(
            row.text("name"), row.number("cost_yuan_t", -_MUCH, _MUCH), row.number("potential_t", _TINY, _MUCH)
        )
        for row in rows
    ]


def _groups(given: Given, names: Sequence[str]) -> list[list[str]]:
    seen: set[str] = set()
    groups = []
    for i, group in enumerate(given.items("groups") if given.raw("groups") != [] else []):
        inside = Given({f"groups[{i}]": group}, given.at)
        groups.append([str(name) for name in inside.items(f"groups[{i}]")])
        for name in inside.items(f"groups[{i}]"):
            if not isinstance(name, str) or name not in names:
                refuse("not_a_technology", f"groups[{i}]", name, expected=", ".join(names[:9]))
            if name in seen:
                refuse("in_two_groups", f"groups[{i}]", name)
            seen.add(name)
    return groups


def _selected(given: Given, groups: Sequence[Sequence[str]]) -> Answer:
    target = as_written(given.number("target_t", 0, _MUCH))
    found = technologies.cheapest(_technologies(given), target, groups)
    if isinstance(found, technologies.OutOfReach):
        return {"infeasible": True, "most_t": found.most_t}
    return {
        "infeasible": False,
        "cost_yuan": found.cost_yuan,
        "removed_t": found.removed_t,
        "set": list(found.names),
        "price_yuan_t": found.price_yuan_t,
        "bound_yuan": found.bound_yuan,
        "gap_yuan": 0.0 if found.proved else found.cost_yuan - found.bound_yuan,
        "proved": found.proved,
        "decision": _decided(found).as_json(),
    }


def _decided(found: technologies.Selection) -> Decision:
    """A search that set no sum aside proves its cost; else the price of the tonne does, with what lies between."""
    measures = tuple(Measure(name, 1.0) for name in found.names)
    if found.proved:
        return Decision("least", measures, found.cost_yuan, found.cost_yuan, "search")
    prices = {"target_t": found.price_yuan_t}
    return Decision("least", measures, found.cost_yuan, min(found.bound_yuan, found.cost_yuan), "prices", prices)


def _unmet(given: Given) -> list[str]:
    if given.raw("veto") == []:
        return []
    return [row.text("name") for row in _rows(given, "veto") if not _met(row)]


def _met(row: Given) -> bool:
    row.raw("met")
    return row.flag("met", default=False)


def _scored(row: Given) -> green_factory.Scored:
    base, lead = row.number("base", -_MUCH, _MUCH), row.number("lead", -_MUCH, _MUCH)
    if base == lead:
        refuse("lead_is_base", row.place("lead"), lead)
    value = row.number("value", -_MUCH, _MUCH)
    return green_factory.Scored(row.text("head"), row.text("name"), row.number("weight", 0, 1), base, lead, value)


def _indicator(row: Given) -> cleaner_production.Indicator:
    row.raw("limit")
    return cleaner_production.Indicator(
        category=row.text("category"),
        category_weight=row.number("category_weight", _TINY, 1),
        name=row.text("name"),
        weight=row.number("weight", _TINY, 1),
        limit=row.flag("limit", default=False),
        grade=_grade(row),
    )


def _grade(row: Given) -> str | None:
    if "grade" in row.values or "value" not in row.values:
        grades = (*cleaner_production.GRADES, cleaner_production.FAIL)
        return None if row.raw("grade") is None else row.choice("grade", grades)
    lower, inner = row.choice("better", ("lower", "higher")) == "lower", row.inner("base")
    base = {grade: inner.number(grade, -_MUCH, _MUCH) for grade in cleaner_production.GRADES}
    if list(base.values()) != sorted(base.values(), reverse=not lower):
        refuse("bases_not_nested", inner.at, list(base.values()))
    if row.raw("value") is None:
        return None
    return cleaner_production.grade_of(row.number("value", -_MUCH, _MUCH), base, lower_is_better=lower)


def _level_rule(rule: Given) -> cleaner_production.LevelRule:
    inner = rule.inner("threshold")
    others = rule.choice("others_for_I", ("II",)) if rule.values.get("others_for_I") is not None else None
    return cleaner_production.LevelRule(
        {grade: inner.number(grade, 0, 100) for grade in cleaner_production.GRADES}, others
    )


def _check_weights(indicators: Sequence[cleaner_production.Indicator], place: str) -> None:
    weights: dict[str, float] = {}
    for i, each in enumerate(indicators):
        if weights.setdefault(each.category, each.category_weight) != each.category_weight:
            refuse("category_weights_differ", f"{place}[{i}].category_weight", each.category)
    _sums_to_one(list(weights.values()), place)
    for category in weights:
        _sums_to_one([each.weight for each in indicators if each.category == category], f"{place}: {category[:40]}")


def _sums_to_one(weights: Sequence[float], place: str) -> None:
    total = math.fsum(weights)
    if abs(total - 1) > _SLACK:
        refuse("weights_not_one", place, total)


def _rows(given: Given, key: str) -> list[Given]:
    return [Given.of(each, f"{given.place(key)}[{i}]") for i, each in enumerate(given.items(key))]


def _unique(rows: Sequence[Given], key: str) -> None:
    seen: set[str] = set()
    for row in rows:
        name = row.text(key)
        if name in seen:
            refuse("name_twice", row.place(key), name)
        seen.add(name)


DOORS = tuple(
    Door(method, answer, EXPLAINED[method])
    for method, answer in (
        ("industry.annual_cost", annual),
        ("industry.cost_curve", curve),
        ("industry.technologies_whole", whole),
        ("industry.technologies_exclusive", exclusive),
        ("industry.green_factory", green),
        ("industry.cleaner_production", cleaner),
        ("industry.vehicle_dust", dust),
    )
)
