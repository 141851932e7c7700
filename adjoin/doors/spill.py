"""Doors to accidents: what passes below a release, what a receptor must be ready for, where it may have come from."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given
from adjoin.doors.river import CONCENTRATION, HOURS, MASS
from adjoin.doors.spill_explained import EXPLAINED
from adjoin.doors.spill_given import (
    HOUR_S,
    incident_of,
    optional,
    reading_of,
    receptor_of,
    release_of,
    river_of,
    sample_count,
    spot_of,
    spread_of,
)

if TYPE_CHECKING:
    from adjoin.water.accident import Exposure, Forecast, Incident, Passing, Receptor, Samples, Spread
    from adjoin.water.condition import Conditioned
    from adjoin.water.reaches import Reaches
    from adjoin.water.search import Candidate, Territory
    from adjoin.water.spill import Passed, Release

_BEYOND = 1e200  # kg: no mass is enough


def spill(asked: Asked) -> Answer:
    """What passes the foot of each named reach."""
    given = Given.of(asked)
    river = river_of(given)
    releases = [release_of(Given.of(each, f"release[{i}]")) for i, each in enumerate(given.items("release"))]
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
    river = river_of(given)
    incident = incident_of(given.inner("release"))
    limit = given.number("limit_mg_L", 1e-12, 1e9) if given.values.get("limit_mg_L") is not None else None
    receptors = [receptor_of(name, each, limit) for name, each in given.each("receptors")]
    count = sample_count(given, len(river.reaches.ids) + 20 * len(receptors))
    passed = river.reaches.below(incident.at)
    spread = spread_of(given, river, passed)

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
    river = river_of(given)
    spike_given = given.inner("spike")
    spike = upwards.Spike(
        at=spot_of(spike_given, 1.0),
        time=spike_given.number("time_h", *HOURS) * HOUR_S,
        value=spike_given.number("mg_L", 1e-12, 1e9),
        sigma=optional(spike_given, "sigma_h", 1e-6, 1e6, HOUR_S),
        since=optional(given, "since_h", *HOURS, HOUR_S),
        most_mass=optional(given, "most_kg", *MASS, 1.0),
    )
    sources = (
        [upwards.Known(name, spot_of(each, 0.0)) for name, each in given.each("sources")]
        if given.values.get("sources")
        else []
    )
    count = sample_count(given, len(river.reaches.ids) * (20 + len(river.reaches.ids) // 100))
    above = [int(way.reaches[0]) for way in river.reaches.above(spike.at)] or [river.reaches.row(spike.at.reach)]
    samples = Samples.of(even_samples(count, len(AXES)), spread_of(given, river, above), None)
    duration = optional(given, "duration_h", 0, 1e5, HOUR_S) or 0.0
    found = upwards.search(river.reaches, spike, sources, samples, duration=duration)
    return {
        "reaches": [_candidate(each) for each in found.reaches],
        "parties": [_territory(each) for each in found.parties],
        "sources": [_candidate(each) for each in found.sources],
        "elsewhere": list(found.elsewhere),
        "samples": count,
        "flags": river.flags(above),
    }


def _fitted(
    given: Given, incident: "Incident", passings: "Sequence[Passing]", samples: "Samples", u: object
) -> "Conditioned | None":
    import numpy as np

    from adjoin.water.condition import condition

    if not given.values.get("readings"):
        return None
    readings = [reading_of(Given.of(each, f"readings[{i}]")) for i, each in enumerate(given.items("readings"))]
    return condition(incident, passings, samples, np.asarray(u), readings)


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
    values = passed.concentration(np.array(asked) * HOUR_S).tolist() if asked else []
    return {"downstream": True, **_facts(passed, threshold), "C_mg_L": values}


def _facts(passed: "Passed", threshold: float | None) -> dict[str, object]:
    time, top = passed.peak
    above = passed.above(threshold) if threshold is not None else None
    tenth = passed.above(top / 10) or (time, time)
    return {
        "peak_mg_L": top,
        "t_peak_h": time / HOUR_S,
        "first_above_threshold_h": None if above is None else above[0] / HOUR_S,
        "last_above_threshold_h": None if above is None else above[1] / HOUR_S,
        "t_lead_10pct_h": tenth[0] / HOUR_S,
        "t_trail_10pct_h": tenth[1] / HOUR_S,
        "mean_h": passed.mean / HOUR_S,
        "sigma_h": passed.sigma / HOUR_S,
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
        "close_by_h": None if begin is None else begin / HOUR_S - closing_h,
        "worst_arrival_h": worst.arrival[0] / HOUR_S,
        "worst_end_h": worst.end[-1] / HOUR_S,
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
        "worst_first_above_h": None if worst.first is None else worst.first[0] / HOUR_S,
        "worst_critical_kg": None if worst.critical_mass is None else _number(worst.critical_mass[0]),
    }


def _flags(
    given: Given,
    incident: "Incident",
    passings: "Sequence[Passing]",
    missed: Sequence[str],
    fitted: "Conditioned | None",
) -> list[str]:
    now = optional(given, "now_h", *HOURS, HOUR_S)
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


def _hours(seconds: Sequence[float] | None) -> list[float | None] | None:
    return None if seconds is None else [_number(each / HOUR_S) for each in seconds]


def _finite(values: Sequence[float] | None) -> list[float | None] | None:
    return None if values is None else [_number(each) for each in values]


def _number(value: float) -> float | None:
    """A number, or nothing where it is beyond all numbers (a mass that would have to be infinite)."""
    return value if isfinite(value) and value < _BEYOND else None


DOORS = tuple(
    Door(f"water.{method.__name__}", method, EXPLAINED[f"water.{method.__name__}"])
    for method in (spill, accident, search)
)
