"""Doors to what a whole river network does: flow, who sends how much, loads, and whose load it was."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from adjoin.core.refusal import Refusal
from adjoin.doors.basin_explained import EXPLAINED
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.river import reach_moments

if TYPE_CHECKING:
    from adjoin.joint.attribution import Band, Errors, Gauged, Source
    from adjoin.water.basin import Basin
    from adjoin.water.filters import Filters, Floats
    from adjoin.water.load import Sample

_FLOW, _HOURS, _LOAD, _MG_L = (-1e7, 1e7), (1e-6, 1e6), (-1e12, 1e12), (0.0, 1e9)
_LENGTH, _SPEED, _RATE = (0.0, 1e7), (1e-4, 20.0), (0.0, 1e3)
_STEPS, _PIECES, _MEMBERS = 2_000_000, 10_000, 20_000


def muskingum(asked: Asked) -> Answer:
    """The outflow of one reach by Muskingum."""
    from adjoin.water import filters

    given = Given.of(asked)
    rows = filters.muskingum(given.number("K_h", *_HOURS), given.number("X", 0, 0.5), given.number("dt_h", *_HOURS))
    inflow = given.numbers("inflow", *_FLOW)
    outflow = filters.one_reach(rows, inflow, given.number("outflow_initial", *_FLOW))
    return {"outflow": outflow, "coefficients": rows.c[:, 0].tolist(), "lowest": min(outflow)}


def flood(asked: Asked) -> Answer:
    """A flood wave at the foot of a channel, its volume kept."""
    from adjoin.water import flood as channel

    given = Given.of(asked)
    side = given.number("side", 0, 100) if "side" in given.values else 0.0
    bed = channel.Bed(
        given.number("width_m", 1e-2, 1e5), given.number("slope", 1e-7, 1), given.number("manning_n", 1e-3, 1), side
    )
    inflow, pieces = given.numbers("inflow", 1e-6, 1e7), given.integer("pieces", 1, _PIECES)
    _bounded("pieces", pieces * len(inflow))
    wave = channel.wave(bed, given.number("L_m", 1, 1e7), pieces, inflow, given.number("dt_h", *_HOURS) * 3600)
    return {**asdict(wave), "outflow": list(wave.outflow), "balance_error": wave.error}


def route(asked: Asked) -> Answer:
    """Flow in every reach of a network, with where all the water went."""
    import numpy as np

    from adjoin.water import filters, routing

    given = Given.of(asked)
    basin = _basin(given)
    lateral = basin.sort(_rows(given, "lateral", len(basin)))
    k, x = (_column(given, key, len(basin), low, high) for key, low, high in (("K_h", *_HOURS), ("X", 0.0, 0.5)))
    rows = filters.muskingum(basin.sort(k), basin.sort(x), given.number("dt_h", *_HOURS))
    outflow = routing.route(basin, rows, np.ascontiguousarray(lateral))
    told = routing.balance(basin, rows, lateral, outflow)
    return {"outflow": basin.unsort(outflow).tolist(), "balance": asdict(told)}


def network_transport(asked: Asked) -> Answer:
    """Loads through reaches and pools of a network over time, and the transpose: what gives how much to one section."""
    import numpy as np

    from adjoin.water import filters, routing

    given = Given.of(asked)
    basin = _basin(given)
    load = np.ascontiguousarray(basin.sort(_rows(given, "load", len(basin))))
    reaches = [reach_moments(Given.of(each, f"reaches[{i}]")) for i, each in enumerate(given.items("reaches"))]
    if len(reaches) != len(basin):
        refuse("not_as_long", given.place("reaches"), len(reaches), expected=len(basin))
    mean, variance, survival = (
        basin.sort([float(getattr(each, name)) for each in reaches]) for name in ("mean", "variance", "survival")
    )
    rows = filters.delay_and_pole(basin, mean, variance, survival, given.number("dt_h", *_HOURS) * 3600)
    outflow = routing.route(basin, rows, load)
    answer = {
        "outflow": basin.unsort(outflow).tolist(),
        "mean_h": (basin.unsort(mean) / 3600).tolist(),
        "variance_h2": (basin.unsort(variance) / 3600**2).tolist(),
        "balance": asdict(routing.balance(basin, rows, load, outflow)),
    }
    if "at" not in given.values:
        return answer
    at = int(basin.ordinal[given.integer("at", 0, len(basin) - 1)])
    return answer | _given_to(basin, rows, load, outflow, at)


def _given_to(basin: "Basin", rows: "Filters", load: "Floats", outflow: "Floats", at: int) -> dict[str, object]:
    """What every reach gives to what passes a section, by the transpose, and how well that agrees."""
    import numpy as np

    from adjoin.water import routing

    weights = np.zeros_like(load)
    weights[at] = 1.0
    gives = routing.asked(basin, rows, weights, at=at)
    passed, asked_for = float(outflow[at].sum()), float((gives * load).sum())
    size = float(np.linalg.norm(weights) * np.linalg.norm(outflow)) or 1.0
    return {
        "passed": passed,
        "from_reach": basin.unsort((gives * load).sum(axis=1)).tolist(),
        "delivery": basin.unsort(routing.spread(basin, weights[:, 0], rows.gain)).tolist(),
        "adjoint_error": abs(passed - asked_for) / size,
    }


def source_receptor(asked: Asked) -> Answer:
    """What each load delivers to a border in steady flow, and the share of each jurisdiction."""
    from adjoin.water import source_receptor as sr

    given = Given.of(asked)
    basin = _basin(given)
    count = len(basin)
    length, velocity, decay, head, lateral = (
        basin.sort(_column(given, key, count, *bounds))
        for key, bounds in (
            ("L_m", _LENGTH), ("u_m_s", _SPEED), ("k_per_d", _RATE),
            ("head_load_kg_d", _LOAD), ("lateral_load_kg_d", _LOAD),
        )
    )  # fmt: skip
    parties = [str(each) for each in basin.sort(_names(given, "jurisdiction", count))]
    steady = sr.Steady.of(length, velocity, decay)
    border = int(basin.ordinal[given.integer("border_reach", 0, count - 1)])
    there = sr.delivery(basin, steady, border)
    found = sr.matrix(basin, steady, {"border": border}, parties, head=head, lateral=lateral)
    flux = float(found.total[0, 0])
    by_party = {party: float(gives[0]) for party, gives in found.by_party("border").items()}
    flow = given.number("Q_border_m3_s", 1e-9, 1e7) if "Q_border_m3_s" in given.values else None
    return {
        "delivery_head": basin.unsort(there.head).tolist(),
        "delivery_lateral": basin.unsort(there.lateral).tolist(),
        "flux_border_kg_d": flux,
        "conc_border_mg_L": None if flow is None else sr.concentration(flux, flow),
        "share": {party: gives / flux if flux else None for party, gives in by_party.items()},
    }


def load(asked: Asked) -> Answer:
    """The load of a section from samples and daily flow, with its standard error."""
    from adjoin.water import load as loads

    given = Given.of(asked)
    way, flow = given.choice("way", loads.WAYS), given.numbers("flow_m3_s", 0, 1e7)
    below = given.choice("below_detection", loads.BELOW_DETECTION) if "below_detection" in given.values else "half"
    items = enumerate(given.items("samples"))
    samples = [_sample(Given.of(each, f"samples[{i}]"), len(flow), below) for i, each in items]
    found = loads.load(samples, flow, way)
    return {**asdict(found), "relative_error": found.relative_error if found.kg else None}


def attribution(asked: Asked) -> Answer:
    """Whose load crossed a border in an event, or why nobody can tell."""
    import numpy as np

    from adjoin.joint import attribution as shares

    given = Given.of(asked)
    event = shares.Event(
        border=_gauged(given.inner("border")),
        sources={name: _source(each) for name, each in given.each("sources")},
        since_h=given.number("since_h"),
        until_h=given.number("until_h"),
        max_gap_h=given.number("max_gap_h", *_HOURS),
    )
    members = given.integer("members", 20, _MEMBERS) if "members" in given.values else shares.MEMBERS
    seed = given.integer("seed", 0, 2**53) if "seed" in given.values else 0
    found = shares.attribute(event, np.random.default_rng(seed), members)
    return {
        "state": found.state,
        "reasons": list(found.reasons),
        "shares": {
            each.source: {"party": each.party or None, **asdict(each.part), "told_from_zero": each.told_from_zero}
            for each in found.shares
        },
        "by_party": {party or "-": _band(band) for party, band in (found.by_party or {}).items()},
        "residual": _band(found.residual),
        "smallest_share": found.smallest,
        "load_kg": _band(found.load_kg),
    }


def _band(band: "Band | None") -> dict[str, object] | None:
    return None if band is None else asdict(band)


def _basin(given: Given) -> "Basin":
    """A network from `down`: by index, or by `ids`; with `branches` and `several` where they are given."""
    from adjoin.water.basin import Basin

    down = given.items("down")
    ids = given.items("ids") if "ids" in given.values else list(range(len(down)))
    for key, column in (("down", down), ("ids", ids)):
        for i, each in enumerate(column):
            if each is not None and (isinstance(each, bool) or not isinstance(each, int | str)):
                refuse("not_a_reach", f"{given.place(key)}[{i}]", each)
    branches = (
        [_branch(each, i) for i, each in enumerate(given.items("branches"))] if "branches" in given.values else []
    )
    return Basin.of(ids, down, branches, several=given.flag("several", default=False))


def _branch(value: object, i: int) -> tuple[str | int, str | int, float]:
    match value:
        case [str() | int() as one, str() | int() as other, int() | float() as part]:
            return one, other, float(part)
        case _:
            return refuse("not_a_branch", f"branches[{i}]", value)


def _column(given: Given, key: str, count: int, low: float, high: float) -> list[float]:
    values = given.numbers(key, low, high)
    if len(values) != count:
        refuse("not_as_long", given.place(key), len(values), expected=count)
    return values


def _names(given: Given, key: str, count: int) -> list[str]:
    values = given.items(key)
    if len(values) != count:
        refuse("not_as_long", given.place(key), len(values), expected=count)
    return [each if isinstance(each, str) else refuse("not_text", f"{key}[{i}]", each) for i, each in enumerate(values)]


def _rows(given: Given, key: str, count: int) -> list[list[float]]:
    """A row of numbers a reach, all of one length."""
    values = given.items(key)
    if len(values) != count:
        refuse("not_as_long", given.place(key), len(values), expected=count)
    rows = [Given({f"{key}[{i}]": each}).numbers(f"{key}[{i}]", *_FLOW) for i, each in enumerate(values)]
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            refuse("not_as_long", f"{key}[{i}]", len(row), expected=len(rows[0]))
    _bounded(key, count * len(rows[0]))
    return rows


def _bounded(key: str, work: int) -> None:
    if work > _STEPS:
        refuse("too_much_work", key, work, expected=_STEPS)


def _sample(given: Given, days: int, below: str) -> "Sample":
    from adjoin.water.load import Sample, concentration

    value = given.text("value")
    try:
        mg_l = concentration(value, below)
    except Refusal as refusal:
        if refusal.kind != "not_a_number":
            raise
        refuse("not_a_value", given.place("value"), value)
    if not 0 <= mg_l <= _MG_L[1]:
        refuse("out_of_bounds", given.place("value"), value, low=0, high=_MG_L[1])
    kind = given.text("pretreatment") if "pretreatment" in given.values else ""
    return Sample(given.number("day", 0, days), mg_l, given.number("flow_m3_s", 0, 1e7), kind)


def _gauged(given: Given) -> "Gauged":
    from adjoin.joint.attribution import Gauged

    kind = given.text("pretreatment") if given.values.get("pretreatment") is not None else ""
    return Gauged(_points(given, "flow_h", _FLOW), _points(given, "observed_h", _MG_L), kind, _errors(given))


def _points(given: Given, key: str, bounds: tuple[float, float]) -> list[tuple[float, float]]:
    """Observations, none where the key is null or absent."""
    if given.values.get(key) is None:
        return []
    points = given.points(key)
    for i, (_, value) in enumerate(points):
        if not bounds[0] <= value <= bounds[1]:
            refuse("out_of_bounds", f"{given.place(key)}[{i}]", value, low=bounds[0], high=bounds[1])
    return points


def _errors(given: Given) -> "Errors":
    from adjoin.joint.attribution import Errors

    def of(key: str, high: float) -> float:
        return given.number(key, 0, high) if key in given.values else 0.0

    flow = given.number("flow_ln_sigma", 0, 2) if given.values.get("flow_ln_sigma") is not None else None
    return Errors(of("clock_sigma_h", 240), of("concentration_sigma", 2), flow)


def _source(given: Given) -> "Source":
    from adjoin.joint.attribution import Source

    gauged = None if "load_kg_d" in given.values else _gauged(given)
    return Source(
        party=given.text("party") if given.values.get("party") is not None else "",
        gauged=gauged,
        load_kg_d=given.span("load_kg_d", *_LOAD) if gauged is None else (0.0, 0.0),
        lag_h=given.span("lag_h", 0, 1e5) if "lag_h" in given.values else (0.0, 0.0),
        survival=given.span("survival", 0, 1) if "survival" in given.values else (1.0, 1.0),
    )


DOORS = tuple(
    Door(method, answer, EXPLAINED[method])
    for method, answer in (
        ("water.muskingum", muskingum),
        ("water.flood", flood),
        ("water.route", route),
        ("water.network_transport", network_transport),
        ("water.source_receptor", source_receptor),
        ("water.load", load),
        ("water.attribution", attribution),
    )
)
