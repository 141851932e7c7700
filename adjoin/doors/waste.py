"""Doors to waste: clocks and lists of a transfer, plants."""

from datetime import date

from adjoin.core.refusal import Refusal
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, number, refuse
from adjoin.doors.tables_given import even, matrix, objects, once, row, size
from adjoin.doors.waste_explained import EXPLAINED

_TONNES, _MONEY, _FAR = 1e9, 1e9, 1e7
_PLACES, _SITES = 200, 100


def clocks(asked: Asked) -> Answer:
    """The latest days of a transfer's steps."""
    from adjoin.doors import waste_rules
    from adjoin.formats import rules
    from adjoin.waste import transfer as question

    given, calendar, decree = Given.of(asked), rules.calendar(), waste_rules.decree()
    for key in ("received", "accepted", "approved"):
        if key in given.values and _day(given, key) < decree.since:
            raise Refusal("before_the_law", key=key, met=given.text(key), expected=decree.since.isoformat())
    days: dict[str, date] = {}
    try:
        if "received" in given.values:
            days["told_by"] = question.told_by(_day(given, "received"), decree, calendar)
        if "accepted" in given.values:
            accepted = _day(given, "accepted")
            asked_on, answered = _maybe_day(given, "requested"), _maybe_day(given, "answered")
            days |= question.steps(accepted, asked_on, answered, decree, calendar)
    except Refusal as refusal:
        if refusal.kind != "beyond_calendar":
            raise
        return {"refused": True}
    if "approved" in given.values:
        days["valid_until"] = question.valid_until(
            _day(given, "approved"), _day(given, "applicant_until"), _day(given, "permit_until"), decree
        )
    law: dict[str, object] = {"law": decree.name, "status": decree.status}
    return (
        {name: day.isoformat() for name, day in days.items()}
        | law
        | {"clauses": {name: decree.clauses[name] for name in days}}
    )


def transfer(asked: Asked) -> Answer:
    """What the office of origin does with an application."""
    from adjoin.waste import transfer as question

    given = Given.of(asked)
    listed = [
        question.Listed(
            each.text("receiver"),
            each.text("code"),
            each.integer("year", 2000, 2200),
            each.number("quota_t", 0, _TONNES),
            each.number("used_t", 0, _TONNES),
        )
        for each in objects(given, "list", 10_000)
    ]
    once("list", [f"{each.receiver}/{each.code}/{each.year}" for each in listed])
    found = question.decide(
        question.Application(
            given.text("receiver"),
            given.text("code"),
            given.integer("year", 2000, 2200),
            given.number("t", 1e-9, _TONNES),
            permit_valid=given.flag("permit_valid", default=False),
            suspended=given.flag("suspended", default=False),
        ),
        listed,
    )
    return {
        "decision": found.decision,
        "quota_left_t": found.quota_left_t,
        "clause": found.clause,
        "status": "seen1",
    }


def flow(asked: Asked) -> Answer:
    """Which waste goes to which plant."""
    from adjoin.waste import plants

    given = Given.of(asked)
    tonnes = [each.number("t", 0, _TONNES) for each in objects(given, "sources", _PLACES)]
    capacity = [each.number("capacity_t", 0, _TONNES) for each in objects(given, "sinks", 50)]
    shape = (len(tonnes), len(capacity))
    money = matrix(given, "cost_yuan_t", shape, 0, _MONEY)
    risk = matrix(given, "risk_per_t", shape, 0, _MONEY)
    weight = given.number("risk_weight_yuan", 0, _MONEY)
    cost = [[c + weight * r for c, r in zip(cs, rs, strict=True)] for cs, rs in zip(money, risk, strict=True)]
    found = plants.flow(tonnes, capacity, cost, _quota(given, shape))
    if found is None:
        return {"status": "infeasible", "objective_yuan": None, "flow_t": None, "capacity_price_yuan_t": None}
    return {
        "status": "optimal",
        "objective_yuan": found.decision.objective,
        "flow_t": [list(each) for each in found.flow_t],
        "capacity_price_yuan_t": list(found.price),
        "bound_yuan": found.decision.bound,
        "gap": found.decision.gap,
        "decision": found.decision.as_json(),
    }


def p_median(asked: Asked) -> Answer:
    """Exactly p sites, nearest in sum."""
    from adjoin.waste import plants

    given = Given.of(asked)
    first = 1 if "nodes" in given.values else 0
    distance = _network(given) if first else _distance(given)
    weights = given.values.get("weight")
    weight = [1.0] * len(distance) if weights is None else row(weights, "weight", len(distance), 0, _FAR)
    count = given.integer("p", 1, len(distance[0]))
    found = plants.p_median(distance, weight, count)
    return {
        "objective": found.objective,
        "sites": [site + first for site in found.sites],
        "bound": found.decision.bound,
        "gap": found.decision.gap,
        "decision": found.decision.as_json(),
    }


def warehouse(asked: Asked) -> Answer:
    """Which sites to open under their capacities."""
    from adjoin.waste import plants

    given = Given.of(asked)
    sites = objects(given, "warehouses", _SITES)
    customers = objects(given, "customers", _PLACES)
    found = plants.warehouse(
        [each.number("fixed", 0, _MONEY) for each in sites],
        [each.number("capacity", 0, _TONNES) for each in sites],
        [each.number("demand", 0, _TONNES) for each in customers],
        [row(each.raw("cost"), each.place("cost"), len(sites), 0, _MONEY) for each in customers],
    )
    if found is None:
        return {"status": "infeasible", "objective": None}
    return {
        "status": "optimal",
        "objective": found.objective,
        "open": list(found.sites),
        "bound": found.decision.bound,
        "gap": found.decision.gap,
        "decision": found.decision.as_json(),
    }


def _day(given: Given, key: str) -> date:
    text = given.text(key)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal("not_a_time", met=text) from None
    if not 1990 <= day.year <= 2200:
        refuse("out_of_bounds", key, text, low="1990-01-01", high="2200-12-31")
    return day


def _maybe_day(given: Given, key: str) -> date | None:
    return None if given.values.get(key) is None else _day(given, key)


def _quota(given: Given, shape: tuple[int, int]) -> list[list[float | None]] | None:
    if given.values.get("pair_quota_t") is None:
        return None
    rows = given.items("pair_quota_t")
    even("pair_quota_t", rows, shape[0])
    found: list[list[float | None]] = []
    for i, each in enumerate(rows):
        place = f"pair_quota_t[{i}]"
        if not isinstance(each, list | tuple):
            refuse("not_a_list", place, each)
        even(place, each, shape[1])
        found.append([None if q is None else number(q, f"{place}[{j}]", 0, _TONNES) for j, q in enumerate(each)])
    return found


def _distance(given: Given) -> list[list[float]]:
    rows = given.items("distance")
    size("distance", rows, 1, _PLACES)
    first = rows[0]
    if not isinstance(first, list | tuple):
        refuse("not_a_list", "distance[0]", first)
    size("distance[0]", first, 1, _SITES)
    return matrix(given, "distance", (len(rows), len(first)), 0, _FAR)


def _network(given: Given) -> list[list[float]]:
    import math

    from adjoin.waste import plants

    nodes = given.integer("nodes", 2, _SITES)
    edges: dict[tuple[int, int], float] = {}
    for k, edge in enumerate(given.items("edges")):
        a, b, length = row(edge, f"edges[{k}]", 3, 0, _FAR)
        if not (a.is_integer() and b.is_integer() and 1 <= a <= nodes and 1 <= b <= nodes):
            refuse("out_of_bounds", f"edges[{k}]", edge, low=1, high=nodes)
        edges[int(min(a, b)) - 1, int(max(a, b)) - 1] = length
    far = plants.shortest(nodes, edges)
    for i, each in enumerate(far):
        if not all(map(math.isfinite, each)):
            refuse("out_of_bounds", "edges", f"{i + 1}: ∞", low=0, high=_FAR)
    return far


DOORS = tuple(
    Door(f"waste.{method.__name__}", method, EXPLAINED[f"waste.{method.__name__}"], long=method is p_median)
    for method in (clocks, transfer, warehouse, flow, p_median)
)
