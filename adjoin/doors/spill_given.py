"""What doors to accidents were given: a river, a release, receptors, readings; what is not measured is estimated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adjoin.doors.given import Given, refuse
from adjoin.doors.river import DISPERSION, FLOW, HOURS, LENGTH_M, MASS, MOST_TANKS, RATE_D, SPEED, VOLUME

if TYPE_CHECKING:
    from adjoin.water.accident import Incident, Receptor, Spread
    from adjoin.water.condition import Reading
    from adjoin.water.reaches import Reaches, Spot
    from adjoin.water.spill import Release

DAY_S, HOUR_S = 86400.0, 3600.0
_BANKS = ("left", "mid", "right", "unknown")
_SAMPLES, _MOST_SAMPLES, _MOST_REACHES = 1000, 20_000, 5_000
_WORK = 100_000_000  # samples times what each of them is worked on
_SIGMAS = ("flow", "velocity", "dispersion", "decay", "mixing", "flow_to_velocity")


@dataclass(frozen=True, slots=True)
class River:
    """Reaches as given, which were not measured, and the wider band that they bring where water passes them."""

    reaches: "Reaches"
    read: Sequence[Mapping[str, float]]

    def most(self, what: str, rows: Sequence[int]) -> float:
        """The greatest value of a column over some reaches."""
        return max(self.read[row][what] for row in rows)

    def flags(self, rows: Sequence[int]) -> list[str]:
        """What must be said of these reaches."""
        facts = {
            "not_measured": bool(self.most("guessed", rows)),
            "pool_of_one_tank": any(self.read[row].get("tanks") == 1 for row in rows),
        }
        return [name for name, holds in facts.items() if holds]


def river_of(given: Given) -> River:
    """The river of a question: its reaches, each measured or estimated."""
    import numpy as np

    from adjoin.water.reaches import COLUMNS, Reaches

    rows = dict(given.each("reaches"))
    if len(rows) > _MOST_REACHES:
        refuse("too_much_work", "reaches", len(rows), expected=_MOST_REACHES)
    read = [_reach(each) for each in rows.values()]
    columns = {name: [each[name] for each in read] for name in COLUMNS}
    down = {name: each.text("down") if each.values.get("down") is not None else None for name, each in rows.items()}
    party = [each.text("party") if each.values.get("party") is not None else "" for each in rows.values()]
    reaches = Reaches.of(down, columns, party)
    tanks = [each.get("tanks", 0.0) for each in read]
    return River(replace(reaches, tanks=np.array(tanks)) if any(tanks) else reaches, read)


def spot_of(given: Given, fraction: float) -> "Spot":
    """A point: a reach, and how far down it (else the usual fraction)."""
    from adjoin.water.reaches import Spot

    at = given.number("fraction", 0, 1) if "fraction" in given.values else fraction
    return Spot(given.text("reach"), at)


def release_of(given: Given) -> "Release":
    """A release whose mass is known."""
    from adjoin.water.spill import Release

    return Release(
        spot_of(given, 0.0),
        given.number("mass_kg", *MASS),
        given.number("start_h", *HOURS) * HOUR_S,
        given.number("duration_h", 0, 1e5) * HOUR_S,
    )


def incident_of(given: Given) -> "Incident":
    """What was let go, as far as it is known; the mass a number, a range, or nothing."""
    from adjoin.water.accident import Incident

    mass = given.values.get("mass_kg")
    if isinstance(mass, list | tuple):
        between: tuple[float, float] | None = given.span("mass_kg", *MASS)
    else:
        between = None if mass is None else (given.number("mass_kg", *MASS),) * 2
    return Incident(
        at=spot_of(given, 0.0),
        bank=given.choice("bank", _BANKS) if "bank" in given.values else "unknown",
        start=(optional(given, "start_h", *HOURS, HOUR_S) or 0.0),
        duration=(optional(given, "duration_h", 0, 1e5, HOUR_S) or 0.0),
        mass=between,
    )


def receptor_of(name: str, given: Given, limit: float | None) -> "Receptor":
    """A receptor, with its own limit or that of the substance."""
    from adjoin.water.accident import Receptor

    bank = given.choice("bank", (*_BANKS, "mean")) if "bank" in given.values else "mean"
    own = optional(given, "limit_mg_L", 1e-12, 1e9, 1.0)
    return Receptor(name, spot_of(given, 1.0), bank, limit if own is None else own)


def reading_of(given: Given) -> "Reading":
    """A reading: a value, or a detection limit that was not reached."""
    from adjoin.water.condition import Reading

    detected = "below_mg_L" not in given.values
    return Reading(
        receptor=given.text("receptor"),
        time=given.number("time_h", *HOURS) * HOUR_S,
        value=given.number("mg_L" if detected else "below_mg_L", 1e-12, 1e9),
        detected=detected,
        bank=given.text("bank") if "bank" in given.values else "mean",
        log_sigma=optional(given, "log_sigma", 0.01, 10, 1.0) or 0.5,
    )


def spread_of(given: Given, river: River, rows: Sequence[int]) -> "Spread":
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


def sample_count(given: Given, work: int) -> int:
    """How many samples; refused where all of them together are too much work."""
    count = given.integer("samples", 1, _MOST_SAMPLES) if "samples" in given.values else _SAMPLES
    if count * work > _WORK:
        refuse("too_much_work", "samples", count * work, expected=_WORK)
    return count


def optional(given: Given, key: str, low: float, high: float, unit: float) -> float | None:
    """A number that may be absent, in house units."""
    return given.number(key, low, high) * unit if given.values.get(key) is not None else None


def _reach(given: Given) -> dict[str, float]:
    """The columns of one reach; what is not measured is estimated from the catchment."""
    if given.values.get("V_m3") is not None:
        return _pool(given)
    measured = {"Q": ("flow", FLOW), "u": ("velocity", SPEED), "D": ("dispersion", DISPERSION)}
    known = {
        name: given.number(key, *bound) for key, (name, bound) in measured.items() if given.values.get(key) is not None
    }
    row = {"flow_sigma": 0.0, "velocity_sigma": 0.0, "guessed": float(len(known) < len(measured))}
    if len(known) < len(measured):
        row |= _estimated(given, known.get("flow"))
    row |= known
    rate = given.number("k_per_d", *RATE_D) if "k_per_d" in given.values else 0.0
    row |= {"length": given.number("L", *LENGTH_M), "decay": rate / DAY_S}
    row |= {
        "storage": optional(given, "As_over_A", 0, 1e3, 1.0) or 0.0,
        "exchange": optional(given, "alpha_per_s", 0, 1, 1.0) or 0.0,
    }
    return row | {"transverse": _transverse(given, row["velocity"])}


def _pool(given: Given) -> dict[str, float]:
    """The columns of a pool: as long as its water takes to change, nowhere one bank or the other."""
    flow, length = given.number("Q", *FLOW), given.number("L", *LENGTH_M)
    rate = given.number("k_per_d", *RATE_D) if "k_per_d" in given.values else 0.0
    return {
        "flow_sigma": 0.0, "velocity_sigma": 0.0, "guessed": 0.0, "flow": flow, "length": length,
        "velocity": length * flow / given.number("V_m3", *VOLUME), "dispersion": 0.0, "decay": rate / DAY_S,
        "storage": 0.0, "exchange": 0.0, "transverse": float("nan"),
        "tanks": float(given.integer("tanks", 1, MOST_TANKS)),
    }  # fmt: skip


def _estimated(given: Given, flow: float | None) -> dict[str, float]:
    from adjoin.water import unmeasured

    if "Da_km2" not in given.values or "Qa" not in given.values:
        refuse("not_measured", given.at, dict(given.values))
    mean = given.number("Qa", *FLOW)
    slope = optional(given, "slope", 1e-7, 1, 1.0)
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
