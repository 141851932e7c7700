"""Doors to accidents: what passes below a release, what a receptor must be ready for, where it may have come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.river import CONCENTRATION, DISPERSION, FLOW, HOURS, LENGTH_M, MASS, RATE_D, SPEED
from adjoin.doors.spill_explained import EXPLAINED

if TYPE_CHECKING:
    from adjoin.water.accident import Exposure, Forecast, Incident, Passing, Receptor, Samples, Spread
    from adjoin.water.condition import Conditioned, Reading
    from adjoin.water.reaches import Reaches, Spot
    from adjoin.water.search import Candidate, Territory
    from adjoin.water.spill import Passed, Release

_DAY_S, _HOUR_S = 86400.0, 3600.0
_BANKS = ("left", "mid", "right", "unknown")
_SAMPLES, _MOST_SAMPLES, _MOST_REACHES = 1000, 20_000, 5_000
_WORK = 100_000_000  # samples times what each of them is worked on
_BEYOND = 1e200
_SIGMAS = ("flow", "velocity", "dispersion", "decay", "mixing", "flow_to_velocity")


@dataclass(frozen=True, slots=True)
class _River:
    """Reaches as given, which were not measured, and the wider band that they bring where water passes them."""

    reaches: "Reaches"
    read: Sequence[Mapping[str, float]]

    def most(self, what: str, rows: Sequence[int]) -> float:
        """The greatest value of a column over some reaches."""
        return max(self.read[row][what] for row in rows)

    def flags(self, rows: Sequence[int]) -> list[str]:
        """What must be said of these reaches."""
        return ["not_measured"] if self.most("guessed", rows) else []


def spill(asked: Asked) -> Answer:
    """What passes the foot of each named reach."""
    given = Given.of(asked)
    river = _river(given)
    releases = [_release(Given.of(each, f"release[{i}]")) for i, each in enumerate(given.items("release"))]
    threshold = (
        given.number("threshold_mg_L", *CONCENTRATION) if given.values.get("threshold_mg_L") is not None else None
    )
    times = given.inner("times_h") if "times_h" in given.values else Given({})
    outlets = [Given({key: value}).text(key) for key, value in _numbered("outlets", given.items("outlets"))]
    return {
        "flags": [*river.flags(range(len(river.read))), *([] if threshold is not None else ["no_limit"])],
        **{each: _passed(river.reaches, releases, each, threshold, times) for each in outlets},
    }


def accident(asked: Asked) -> Answer:
    """What every receptor must be ready for."""
    from adjoin.methods.samples import even_samples
    from adjoin.water import accident as forecasts

    given = Given.of(asked)
    river = _river(given)
    incident = _incident(given.inner("release"))
    limit = given.number("limit_mg_L", 1e-12, 1e9) if given.values.get("limit_mg_L") is not None else None
    receptors = [_receptor(name, each, limit) for name, each in given.each("receptors")]
    count = _count(given, len(river.reaches.ids) + 20 * len(receptors))
    passed = river.reaches.below(incident.at)
    spread = _spread(given, river, passed)

    u = even_samples(count, len(forecasts.AXES))
    samples = forecasts.Samples.of(u, spread, incident.mass)
    passings, missed = forecasts.simulate(river.reaches, incident, receptors, samples)
    worst = _worst(river.reaches, incident, receptors, spread)
    fitted = _fitted(given, incident, passings, samples, u)
    known = samples if fitted is None else fitted.samples
    weights = None if fitted is None else fitted.weights
    found = [forecasts.forecast(each, incident, known, weights) for each in passings]

    closing = {
        name: each.number("closing_h", 0, 1e4) if "closing_h" in each.values else 0.0
        for name, each in given.each("receptors")
    }
    answers = {
        each.receptor.name: _forecast(each, worst[each.receptor.name], closing[each.receptor.name]) for each in found
    }
    return {
        "receptors": {name: answers.get(name, {"downstream": False}) for name, _ in given.each("receptors")},
        "samples": count,
        "effective_samples": count if fitted is None else fitted.effective,
        "mass_kg": _mass_band(incident, fitted),
        "flags": [*river.flags(passed), *_flags(given, incident, passings, missed, fitted)],
    }


def search(asked: Asked) -> Answer:
    """Where and when an observed peak could have been released."""
    from adjoin.methods.samples import even_samples
    from adjoin.water import search as upwards
    from adjoin.water.accident import AXES, Samples

    given = Given.of(asked)
    river = _river(given)
    spike_given = given.inner("spike")
    spike = upwards.Spike(
        at=_spot(spike_given, 1.0),
        time=spike_given.number("time_h", *HOURS) * _HOUR_S,
        value=spike_given.number("mg_L", 1e-12, 1e9),
        sigma=_optional(spike_given, "sigma_h", 1e-6, 1e6, _HOUR_S),
        since=_optional(given, "since_h", *HOURS, _HOUR_S),
        most_mass=_optional(given, "most_kg", *MASS, 1.0),
    )
    sources = (
        [upwards.Known(name, _spot(each, 0.0)) for name, each in given.each("sources")]
        if given.values.get("sources")
        else []
    )
    count = _count(given, len(river.reaches.ids) * (20 + len(river.reaches.ids) // 100))
    above = [int(way.reaches[0]) for way in river.reaches.above(spike.at)] or [river.reaches.row(spike.at.reach)]
    samples = Samples.of(even_samples(count, len(AXES)), _spread(given, river, above), None)
    duration = _optional(given, "duration_h", 0, 1e5, _HOUR_S) or 0.0
    found = upwards.search(river.reaches, spike, sources, samples, duration=duration)
    return {
        "reaches": [_candidate(each) for each in found.reaches],
        "parties": [_territory(each) for each in found.parties],
        "sources": [_candidate(each) for each in found.sources],
        "elsewhere": list(found.elsewhere),
        "samples": count,
        "flags": river.flags(above),
    }


def _river(given: Given) -> _River:
    from adjoin.water.reaches import COLUMNS, Reaches

    rows = dict(given.each("reaches"))
    if len(rows) > _MOST_REACHES:
        refuse("too_much_work", "reaches", len(rows), expected=_MOST_REACHES)
    read = [_reach(each) for each in rows.values()]
    columns = {name: [each[name] for each in read] for name in COLUMNS}
    down = {name: each.text("down") if each.values.get("down") is not None else None for name, each in rows.items()}
    party = [each.text("party") if each.values.get("party") is not None else "" for each in rows.values()]
    return _River(Reaches.of(down, columns, party), read)


def _reach(given: Given) -> dict[str, float]:
    """The columns of one reach; what is not measured is estimated from the catchment."""
    measured = {"Q": ("flow", FLOW), "u": ("velocity", SPEED), "D": ("dispersion", DISPERSION)}
    known = {
        name: given.number(key, *bound) for key, (name, bound) in measured.items() if given.values.get(key) is not None
    }
    row = {"flow_sigma": 0.0, "velocity_sigma": 0.0, "guessed": float(len(known) < len(measured))}
    if len(known) < len(measured):
        row |= _estimated(given, known.get("flow"))
    row |= known
    rate = given.number("k_per_d", *RATE_D) if "k_per_d" in given.values else 0.0
    row |= {"length": given.number("L", *LENGTH_M), "decay": rate / _DAY_S}
    row |= {
        "storage": _optional(given, "As_over_A", 0, 1e3, 1.0) or 0.0,
        "exchange": _optional(given, "alpha_per_s", 0, 1, 1.0) or 0.0,
    }
    return row | {"transverse": _transverse(given, row["velocity"])}


def _estimated(given: Given, flow: float | None) -> dict[str, float]:
    from adjoin.water import unmeasured

    if "Da_km2" not in given.values or "Qa" not in given.values:
        refuse("not_measured", given.at, dict(given.values))
    mean = given.number("Qa", *FLOW)
    slope = _optional(given, "slope", 1e-7, 1, 1.0)
    catchment = unmeasured.Catchment(given.number("Da_km2", 1e-2, 1e7), mean, flow or mean, slope)
    found = unmeasured.estimate(catchment, flow_known=flow is not None)
    return {
        "flow": found.flow,
        "velocity": found.velocity,
        "dispersion": found.dispersion,
        "flow_sigma": found.flow_log_sigma,
        "velocity_sigma": 0.0 if given.values.get("u") is not None else found.velocity_log_sigma,
    }


def _transverse(given: Given, velocity: float) -> float:
    """Mixing across the width a metre of way, e / (u B^2); NaN where width, depth or slope are missing."""
    from adjoin.water import mixing

    if any(given.values.get(key) is None for key in ("B_m", "H_m", "slope")):
        return float("nan")
    e = float(mixing.transverse_mixing(given.number("H_m", 1e-3, 1e3), given.number("slope", 1e-7, 1)))
    return e / (velocity * given.number("B_m", 1e-2, 1e5) ** 2)


def _spot(given: Given, fraction: float) -> "Spot":
    from adjoin.water.reaches import Spot

    at = given.number("fraction", 0, 1) if "fraction" in given.values else fraction
    return Spot(given.text("reach"), at)


def _release(given: Given) -> "Release":
    from adjoin.water.spill import Release

    return Release(
        _spot(given, 0.0),
        given.number("mass_kg", *MASS),
        given.number("start_h", *HOURS) * _HOUR_S,
        given.number("duration_h", 0, 1e5) * _HOUR_S,
    )


def _incident(given: Given) -> "Incident":
    from adjoin.water.accident import Incident

    mass = given.values.get("mass_kg")
    if isinstance(mass, list | tuple):
        between: tuple[float, float] | None = given.span("mass_kg", *MASS)
    else:
        between = None if mass is None else (given.number("mass_kg", *MASS),) * 2
    return Incident(
        at=_spot(given, 0.0),
        bank=given.choice("bank", _BANKS) if "bank" in given.values else "unknown",
        start=(_optional(given, "start_h", *HOURS, _HOUR_S) or 0.0),
        duration=(_optional(given, "duration_h", 0, 1e5, _HOUR_S) or 0.0),
        mass=between,
    )


def _receptor(name: str, given: Given, limit: float | None) -> "Receptor":
    from adjoin.water.accident import Receptor

    bank = given.choice("bank", (*_BANKS, "mean")) if "bank" in given.values else "mean"
    own = _optional(given, "limit_mg_L", 1e-12, 1e9, 1.0)
    return Receptor(name, _spot(given, 1.0), bank, limit if own is None else own)


def _spread(given: Given, river: _River, rows: Sequence[int]) -> "Spread":
    """The band of each factor, as given or usual; where a reach was estimated it is at least that of the estimate."""
    from adjoin.water.accident import Spread

    said = given.inner("log_sigma") if "log_sigma" in given.values else Given({})
    values = {name: said.number(name, 0, 3) for name in _SIGMAS if name in said.values}
    usual = Spread(**values)
    return Spread(
        flow=max(usual.flow, river.most("flow_sigma", rows)),
        velocity=max(usual.velocity, river.most("velocity_sigma", rows)),
        dispersion=usual.dispersion,
        decay=usual.decay,
        mixing=usual.mixing,
        flow_to_velocity=usual.flow_to_velocity,
    )


def _count(given: Given, work: int) -> int:
    count = given.integer("samples", 1, _MOST_SAMPLES) if "samples" in given.values else _SAMPLES
    if count * work > _WORK:
        refuse("too_much_work", "samples", count * work, expected=_WORK)
    return count


def _fitted(
    given: Given, incident: "Incident", passings: "Sequence[Passing]", samples: "Samples", u: object
) -> "Conditioned | None":
    import numpy as np

    from adjoin.water.condition import condition

    if not given.values.get("readings"):
        return None
    readings = [_reading(Given.of(each, f"readings[{i}]")) for i, each in enumerate(given.items("readings"))]
    return condition(incident, passings, samples, np.asarray(u), readings)


def _reading(given: Given) -> "Reading":
    from adjoin.water.condition import Reading

    detected = "below_mg_L" not in given.values
    return Reading(
        receptor=given.text("receptor"),
        time=given.number("time_h", *HOURS) * _HOUR_S,
        value=given.number("mg_L" if detected else "below_mg_L", 1e-12, 1e9),
        detected=detected,
        bank=given.text("bank") if "bank" in given.values else "mean",
        log_sigma=_optional(given, "log_sigma", 0.01, 10, 1.0) or 0.5,
    )


def _worst(
    reaches: "Reaches", incident: "Incident", receptors: "Sequence[Receptor]", spread: "Spread"
) -> "Mapping[str, Forecast]":
    """Over all combinations of P5, P50 and P95: the first of a band is the least, the last the greatest."""
    from adjoin.water import accident as forecasts

    samples = forecasts.Samples.of(forecasts.credible(), spread, incident.mass)
    passings, _ = forecasts.simulate(reaches, incident, receptors, samples)
    return {each.receptor.name: forecasts.forecast(each, incident, samples, at=(0.0, 1.0)) for each in passings}


def _passed(
    reaches: "Reaches", releases: "Sequence[Release]", outlet: str, threshold: float | None, times: Given
) -> dict[str, object]:
    import numpy as np

    from adjoin.water.reaches import Spot
    from adjoin.water.spill import Passed

    passed = Passed.of(reaches, releases, Spot(outlet))
    if not passed.parts or passed.mass == 0:
        return {"downstream": bool(passed.parts), "mass_passed_kg": 0.0}
    asked = times.numbers(outlet, *HOURS) if outlet in times.values else []
    values = passed.concentration(np.array(asked) * _HOUR_S).tolist() if asked else []
    return {"downstream": True, **_facts(passed, threshold), "C_mg_L": values}


def _facts(passed: "Passed", threshold: float | None) -> dict[str, object]:
    time, top = passed.peak
    above = passed.above(threshold) if threshold is not None else None
    tenth = passed.above(top / 10) or (time, time)
    return {
        "peak_mg_L": top,
        "t_peak_h": time / _HOUR_S,
        "first_above_threshold_h": None if above is None else above[0] / _HOUR_S,
        "last_above_threshold_h": None if above is None else above[1] / _HOUR_S,
        "t_lead_10pct_h": tenth[0] / _HOUR_S,
        "t_trail_10pct_h": tenth[1] / _HOUR_S,
        "mean_h": passed.mean / _HOUR_S,
        "sigma_h": passed.sigma / _HOUR_S,
        "mass_passed_kg": passed.mass,
    }


def _forecast(found: "Forecast", worst: "Forecast", closing_h: float) -> dict[str, object]:
    firsts = [each.first[0] for each in found.exposures if each.first is not None]
    asked = any(each.probability is not None for each in found.exposures)
    begin = min(firsts) if firsts else None if asked else found.arrival[0]
    extremes = {each.bank: each for each in worst.exposures}
    return {
        "downstream": True,
        "arrival_h": _hours(found.arrival),
        "peak_h": _hours(found.peak_time),
        "end_h": _hours(found.end),
        "close_by_h": None if begin is None else begin / _HOUR_S - closing_h,
        "worst_arrival_h": worst.arrival[0] / _HOUR_S,
        "worst_end_h": worst.end[-1] / _HOUR_S,
        "banks": {each.bank: _exposure(each, extremes[each.bank]) for each in found.exposures},
    }


def _exposure(found: "Exposure", worst: "Exposure") -> dict[str, object]:
    return {
        "peak_mg_L": _finite(found.peak),
        "peak_of_1_kg_mg_L": _finite(found.unit_peak),
        "critical_kg": _finite(found.critical_mass),
        "probability": found.probability,
        "first_above_h": _hours(found.first),
        "last_above_h": _hours(found.last),
        "worst_peak_mg_L": None if worst.peak is None else worst.peak[-1],
        "worst_first_above_h": None if worst.first is None else worst.first[0] / _HOUR_S,
        "worst_critical_kg": None if worst.critical_mass is None else _number(worst.critical_mass[0]),
    }


def _flags(
    given: Given,
    incident: "Incident",
    passings: "Sequence[Passing]",
    missed: Sequence[str],
    fitted: "Conditioned | None",
) -> list[str]:
    now = _optional(given, "now_h", *HOURS, _HOUR_S)
    banks = {bank for each in passings for bank in each.banks}
    asked = any(each.receptor.bank != "mean" for each in passings)
    facts = {
        "no_limit": any(each.receptor.limit is None for each in passings),
        "mass_unknown": incident.mass is None and fitted is None,
        "mass_fitted": incident.mass is None and fitted is not None,
        "future_release": now is not None and incident.start > now,
        "bank_unknown": "near" in banks,
        "no_width": asked and banks <= {"mean"},
        "not_downstream": bool(missed),
        "few_samples": fitted is not None and fitted.few,
    }
    return [name for name, holds in facts.items() if holds]


def _mass_band(incident: "Incident", fitted: "Conditioned | None") -> list[float | None] | None:
    from adjoin.methods.samples import quantiles
    from adjoin.water.accident import BANDS

    if fitted is not None and fitted.samples.mass is not None:
        return _finite(quantiles(fitted.samples.mass, BANDS, fitted.weights))
    return None if incident.mass is None else list(incident.mass)


def _candidate(found: "Candidate") -> dict[str, object]:
    return {
        "name": found.name,
        "reach": found.reach,
        "party": found.party,
        "km": found.km,
        "released_h": _hours(found.released),
        "mass_kg": _finite(found.mass),
        "possible": found.possible,
        "excluded": found.excluded or None,
    }


def _territory(found: "Territory") -> dict[str, object]:
    return {
        "party": found.party,
        "km": found.km,
        "reaches": list(found.reaches),
        "released_h": _hours(found.released),
    }


def _numbered(key: str, items: Sequence[object]) -> list[tuple[str, object]]:
    return [(f"{key}[{i}]", each) for i, each in enumerate(items)]


def _optional(given: Given, key: str, low: float, high: float, unit: float) -> float | None:
    """A number that may be absent, in house units."""
    return given.number(key, low, high) * unit if given.values.get(key) is not None else None


def _hours(seconds: Sequence[float] | None) -> list[float | None] | None:
    return None if seconds is None else [_number(each / _HOUR_S) for each in seconds]


def _finite(values: Sequence[float] | None) -> list[float | None] | None:
    return None if values is None else [_number(each) for each in values]


def _number(value: float) -> float | None:
    """A number, or nothing where it is beyond all numbers (a mass that would have to be infinite)."""
    return value if isfinite(value) and value < _BEYOND else None


DOORS = tuple(
    Door(f"water.{method.__name__}", method, EXPLAINED[f"water.{method.__name__}"])
    for method in (spill, accident, search)
)
