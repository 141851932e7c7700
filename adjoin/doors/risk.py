"""Doors to sudden events: how grave, how soon reported, what may happen, where to stand ready."""

from collections.abc import Callable, Sequence
from datetime import datetime
from difflib import get_close_matches
from fractions import Fraction

from adjoin.core.measure import Decision, Measure
from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal
from adjoin.doors import risk_rules
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.risk_explained import EXPLAINED
from adjoin.methods.written import as_written
from adjoin.risk import depots, drill, enterprise, event, gamma_alarm, report_clock, source_accident, source_category
from adjoin.risk import tailings as ponds
from adjoin.risk.levels import LEVELS

_PEOPLE, _YUAN, _MUCH, _TINY = 10**9, 1e15, 1e9, 1e-9
_LAST_YEAR = 9000  # of a clock: hours can be added
_CELLS = 40_000  # ways in one question about depots: seconds
_SENSITIVITY = ("E1", "E2", "E3")
_TO = ", "  # between those whom a report goes to


def grade(asked: Asked) -> Answer:
    """The grade of an event and what decides it."""
    given = Given.of(asked)
    risk_rules.in_force(given, "event-2014")
    facts = given.inner("facts")
    known = {each.fact: each for each in risk_rules.criteria()}
    for name in facts.values:
        if name not in known and name != "source":
            refuse("unknown_fact", facts.place(str(name)), name, expected=", ".join([*known, "source"]))
    levels = {name: _level(facts, each) for name, each in known.items()}
    found = event.grade(levels | {"source": _source_level(facts)})
    clauses = {name: known[name].clause for name in found.decided_by if name in known}
    return {
        "grade": found.grade,
        "decided_by": list(found.decided_by),
        "clauses": clauses | ({"source": "sealed source"} if "source" in found.decided_by else {}),
        "law": risk_rules.law("event-2014"),
    }


def clock(asked: Asked) -> Answer:
    """When and to whom an event is reported."""
    from adjoin.formats import emergency

    given, law = Given.of(asked), emergency.reporting()
    given.raw("clear")
    clear = given.flag("clear", default=True)
    case = given.choice("unclear_case", law.unclear_cases) if given.values.get("unclear_case") is not None else None
    first = given.choice("grade", LEVELS)
    treated = report_clock.treated_as(first, clear=clear, unclear_case=case, large_cases=law.unclear_cases)
    row = next(each for each in law.clocks if treated in each["levels"].split(_TO))
    received = _moment(given, "province_received") if given.values.get("province_received") is not None else None
    due = report_clock.report_clock(
        treated,
        _moment(given, "discovered"),
        float(row["hours"]),
        province_received=received,
        province_hours=law.province_hours,
    )
    return {
        "treated_as": due.treated_as,
        "first_report_due": _written(due.first_report_due),
        "to": row["to_en"].split(_TO),
        "to_zh": row["to_zh"].split("、"),
        "province_to_ministry_due": due.province_to_ministry_due and _written(due.province_to_ministry_due),
        "tell_neighbour": given.flag("may_reach_neighbour", default=False),
        "law": {"name": law.name, "status": law.status},
    }


def firm(asked: Asked) -> Answer:
    """The risk grade of a firm."""
    given, rule = Given.of(asked), risk_rules.firms()
    air, water = _medium(given, "air"), _medium(given, "water")
    given.raw("penalised_in_last_3_years")
    found = enterprise.enterprise(air, water, rule, penalised=given.flag("penalised_in_last_3_years", default=False))
    return {
        "air": _medium_answer(air),
        "water": _medium_answer(water),
        "enterprise": found,
        "written": enterprise.written(found, air, water),
        "status": "unofficial",
        "warnings": risk_rules.warnings("enterprise-hj941"),
    }


def tailings(asked: Asked) -> Answer:
    """The risk grade of a tailings pond."""
    given, rule = Given.of(asked), risk_rules.ponds()
    points = {
        part: {key: _exact(given.inner(f"{part}_points"), key, 0, most) for key, most in items.items()}
        for part, items in rule.points.items()
    }
    found = ponds.pond(points, rule)
    return {f"D{part}": _plain(total) for part, total in found.sums.items()} | {
        "code": found.code,
        "grade": found.grade,
        "status": "unofficial",
        "warnings": risk_rules.warnings("tailings-hj740"),
    }


def accident(asked: Asked) -> Answer:
    """The grade of an accident with a source by two books of law."""
    given, rule = Given.of(asked), risk_rules.accidents()
    met = _accident(given)
    grades = {book.key: source_accident.accident_level(met, book, rule) for book in rule.books}
    return {
        "grades": grades,
        "same": len(set(grades.values())) == 1,
        "clauses": {book.key: book.name for book in rule.books},
    }


def category(asked: Asked) -> Answer:
    """The category of sources that stand together."""
    given = Given.of(asked)
    rows = [Given.of(each, f"sources[{i}]") for i, each in enumerate(given.items("sources"))]
    sources = [
        source_category.Source(
            _nuclide(row), _exact(row, "activity_ref_TBq", 0, _MUCH), row.number("days_since", 0, 1e6)
        )
        for row in rows
    ]
    total, found = source_category.category(sources, risk_rules.categories())
    return {
        "sources": [{"activity_TBq": float(each.activity_tbq), "ratio": float(each.ratio)} for each in sources],
        "sum_A_over_D": float(total),
        "category": found,
        "law": risk_rules.law("source_categories"),
        "warnings": _from_memory(sources),
    }


def gamma(asked: Asked) -> Answer:
    """Whether a gamma station raises an alarm, and at which value."""
    given = Given.of(asked)
    place = given.place("values")
    values = [
        None if each is None else _exact(Given({f"{place}[{i}]": each}), f"{place}[{i}]", -_MUCH, _MUCH)
        for i, each in enumerate(given.items("values"))
    ]
    confirm = given.integer("confirm", 1, 10_000) if given.values.get("confirm") is not None else gamma_alarm.CONFIRM
    above = _threshold(given)
    at = gamma_alarm.alarm_at(values, above, confirm)
    return {"threshold": float(above), "alarm": at is not None, "alarm_at_index": at}


def score(asked: Asked) -> Answer:
    """The score of a drill."""
    given = Given.of(asked)
    tasks = [_task(Given.of(each, f"tasks[{i}]")) for i, each in enumerate(given.items("tasks"))]
    if not any(task.weight for task in tasks):
        refuse("no_weight", given.place("tasks"), 0)
    return {
        "tasks": [
            {
                "task": task.name,
                "late_min": None if task.late_min is None else float(task.late_min),
                "points": float(task.points),
                "rating": task.rating,
            }
            for task in tasks
        ],
        "score": float(drill.score(tasks)),
        "worst": list(drill.worst(tasks)),
    }


def stand(asked: Asked) -> Answer:
    """Where depots should stand, by five measures."""
    given = Given.of(asked)
    places = _places(given)
    p = given.integer("p", 1, places.sites)
    missing, least = depots.unreachable(places), depots.cover(places, places.reach_m)
    once, twice, median = (
        depots.most_covered(places, p),
        depots.most_covered(places, p, times=2),
        depots.nearest(places, p),
    )
    answer: dict[str, object] = {
        "unreachable": list(missing),
        "lscp": None if missing else len(least),
        "lscp_reachable": len(least),
        "mclp": _plain(once.value),
        "double_cover": _plain(twice.value),
        "pmedian": _plain(median.value),
        "pcenter_m": depots.farthest_m(places, p),
        "sites": {
            "lscp": list(least),
            "mclp": list(once.sites),
            "double_cover": list(twice.sites),
            "pmedian": list(median.sites),
        },
        "gap": {"mclp": once.gap, "double_cover": twice.gap, "pmedian": median.gap},
        "decisions": {
            "lscp": _sites("least", least, float(len(least)), 0.0, proof="search"),
            "mclp": _sites("most", once.sites, float(once.value), once.gap, proof=once.proof),
            "double_cover": _sites("most", twice.sites, float(twice.value), twice.gap, proof=twice.proof),
            "pmedian": _sites("least", median.sites, float(median.value), median.gap, proof=median.proof),
        },
    }
    sets = {"mclp_sets": once.sets, "pmedian_sets": median.sets}
    return answer | {key: [list(each) for each in value] for key, value in sets.items() if value is not None}


def _sites(sense: str, sites: Sequence[int], value: float, gap: float, *, proof: str) -> dict[str, object]:
    """The sites that are opened, as a Decision; its bound from the relative gap of the search."""
    apart = gap * max(1.0, abs(value))
    bound = value - apart if sense == "least" else value + apart
    return Decision(sense, tuple(Measure(str(j), 1.0) for j in sites), value, bound, proof).as_json()


def _level(facts: Given, criterion: event.Criterion) -> str | None:
    name = criterion.fact
    if facts.values.get(name) is None:
        return None
    if criterion.words:
        return criterion.level(facts.choice(name, tuple(criterion.words))) if facts.values[name] != 0 else None
    if criterion.whole:
        return criterion.level(Fraction(facts.integer(name, 0, _PEOPLE)))
    return criterion.level(_exact(facts, name, 0, _YUAN))


def _source_level(facts: Given) -> str | None:
    if facts.values.get("source") in {None, 0} if not isinstance(facts.values.get("source"), dict | list) else False:
        return None
    rule, inner = risk_rules.accidents(), facts.inner("source")
    met = source_accident.Accident(_category(inner), _happened(inner), _wide_severe(inner))
    book = next(each for each in rule.books if each.key == "national_2014")
    return source_accident.accident_level(met, book, rule)


def _accident(given: Given) -> source_accident.Accident:
    people = {
        key: given.integer(key, 0, _PEOPLE) if given.values.get(key) is not None else 0
        for key in ("acute_deaths", "severe_sickness")
    }
    over = given.flag("over_limit", default=False)
    return source_accident.Accident(_category(given), _happened(given), _wide_severe(given), over_limit=over, **people)


def _category(given: Given) -> str:
    return given.choice("category", source_accident.CATEGORIES)


def _happened(given: Given) -> str:
    return given.choice("what", source_accident.HAPPENED)


def _wide_severe(given: Given) -> bool:
    if given.values.get("contamination") is None:
        return False
    return bool(given.choice("contamination", (source_accident.WIDE_SEVERE,)))


def _moment(given: Given, key: str) -> datetime:
    try:
        moment = parse_time(given.text(key))
    except OverflowError:
        raise Refusal("not_a_time", met=given.text(key)) from None
    if moment.year > _LAST_YEAR:
        raise Refusal("not_a_time", met=given.text(key))
    return moment


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _medium(given: Given, name: str) -> enterprise.Medium:
    key = f"{name}_substances_t"
    place = given.place(key)
    substances = [_amounts(Given({f"{place}[{i}]": each}), f"{place}[{i}]") for i, each in enumerate(_some(given, key))]
    return enterprise.medium(
        substances,
        _exact(given, "process_points_before_cap", 0, 1e4),
        _exact(given, f"{name}_control_points", 0, 1e4),
        given.choice(f"{name}_E", _SENSITIVITY),
        risk_rules.firms(),
    )


def _some(given: Given, key: str) -> list[object]:
    """A list that may be empty: a firm without such substances."""
    return [] if given.raw(key) == [] else given.items(key)


def _amounts(row: Given, key: str) -> tuple[Fraction, Fraction]:
    numbers = row.numbers(key, 0, _MUCH)
    if len(numbers) != 2 or numbers[1] < _TINY:
        refuse("not_an_amount", key, numbers)
    return as_written(numbers[0]), as_written(numbers[1])


def _medium_answer(medium: enterprise.Medium) -> dict[str, object]:
    return {
        "Q": float(medium.amount),
        "Q_level": medium.q_level,
        "process_points": _plain(medium.process_points),
        "M": _plain(medium.points),
        "M_level": medium.m_level,
        "E": medium.sensitivity,
        "grade": medium.grade,
    }


def _nuclide(row: Given) -> source_category.Nuclide:
    known, name = risk_rules.nuclides(), row.text("nuclide")
    if name not in known:
        near = get_close_matches(name[:40], known, n=3, cutoff=0.4) or list(known)
        refuse("unknown_nuclide", row.place("nuclide"), name, expected=", ".join(near))
    return known[name]


def _from_memory(sources: list[source_category.Source]) -> list[str]:
    """What the answer rests on that nobody has read in the original."""
    d = {f"D of {each.nuclide.name}" for each in sources if each.nuclide.d_status == "memory"}
    half = {
        f"half-life of {each.nuclide.name}"
        for each in sources
        if each.days_since and each.nuclide.half_life_status == "memory"
    }
    return [f"unofficial until the table is confirmed: {what}" for what in sorted(d | half)]


def _threshold(given: Given) -> Fraction:
    if given.values.get("threshold") is not None:
        return _exact(given, "threshold", -_MUCH, _MUCH)
    k = _exact(given, "k", 0, 1e3) if given.values.get("k") is not None else Fraction(gamma_alarm.K)
    return gamma_alarm.threshold(_exact(given, "mean", 0, _MUCH), _exact(given, "sd", 0, _MUCH), k)


def _task(row: Given) -> drill.Task:
    row.raw("done_min")
    return drill.Task(
        row.text("task"),
        _exact(row, "target_min", 1e-3, _MUCH),
        _exact(row, "done_min", 0, _MUCH) if row.values["done_min"] is not None else None,
        _exact(row, "correct", 0, 1),
        _exact(row, "weight", 0, 1e6),
    )


def _places(given: Given) -> depots.Places:
    place = given.place("distance_m")
    rows = [
        tuple(Given({f"{place}[{i}]": row}).numbers(f"{place}[{i}]", 0, _MUCH))
        for i, row in enumerate(given.items("distance_m"))
    ]
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            refuse("uneven_row", f"{place}[{i}]", len(row), expected=len(rows[0]))
    if len(rows) * len(rows[0]) > _CELLS:
        refuse("out_of_bounds", place, len(rows) * len(rows[0]), low=1, high=_CELLS)
    weight = given.numbers("weight", 0, _MUCH)
    if len(weight) != len(rows):
        refuse("uneven_row", given.place("weight"), len(weight), expected=len(rows))
    return depots.Places(tuple(rows), tuple(weight), given.number("reach_m", 0, _MUCH))


def _exact(given: Given, key: str, low: float, high: float) -> Fraction:
    return as_written(given.number(key, low, high))


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


_ANSWERS: tuple[tuple[str, Callable[[Asked], Answer]], ...] = (
    ("risk.event", grade),
    ("risk.report_clock", clock),
    ("risk.enterprise", firm),
    ("risk.tailings", tailings),
    ("risk.source_accident", accident),
    ("risk.source_category", category),
    ("risk.gamma_alarm", gamma),
    ("risk.drill", score),
    ("risk.depots", stand),
)
DOORS = tuple(Door(method, answer, EXPLAINED[method]) for method, answer in _ANSWERS)
