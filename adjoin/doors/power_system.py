"""The door to the power system of two regions: what to build, what runs, what it costs, whether every hour balances."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adjoin.core.measure import Decision, Measure
from adjoin.core.refusal import Refusal
from adjoin.doors import energy_hours
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, number
from adjoin.doors.power_system_explained import EXPLAINED
from adjoin.doors.tables_given import even, known, maybe, objects, once, row
from adjoin.energy import packed
from adjoin.energy import system as words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adjoin.energy.system import Floats, Plant, Run, System

_MW, _MONEY, _YEAR, _PLANTS = 1e7, 1e9, 8760, 40
_WHOLE_HOURS = 48  # up to here a decision says every hour
_SHORT_HOURS = 336  # up to here one programme of our own answers at once
_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class _Found:
    run: "Run"
    weeks: "Run | None"  # the run on the weeks that stand for all
    decision: Decision
    engine: str


def power_system(asked: Asked) -> Answer:
    """The cheapest capacities and dispatch of two regions, with its balance by region and hour."""
    given = Given.of(asked)
    asked_for = _system(given)
    found = _short(asked_for) if asked_for.hours <= _SHORT_HOURS else _whole_year(asked_for, _weeks(given))
    run, built = found.run, asked_for
    left = words.balance(asked_for, run)
    running, capital = words.running_cost(asked_for, run), words.capital_cost(asked_for, run)
    answer: dict[str, object] = {
        "hours": built.hours,
        "engine": found.engine,
        "cost_yuan": {"running": running, "capital": capital, "total": running + capital},
        "regions": {region: _region(asked_for, run, region, left[region]) for region in asked_for.regions},
        "exchange": _exchange(asked_for, run),
        **_together(asked_for, run),
        "decision": found.decision.as_json(),
        "bound_yuan": found.decision.bound,
        "gap": found.decision.gap,
        "warnings": energy_hours.warnings(_shapes(given)),
    }
    if found.weeks is not None:
        answer["capacity_chosen_on_weeks"] = _weeks(given)
    return answer | ({"hourly": _hourly(asked_for, run)} if given.flag("hourly", default=False) else {})


def _short(system: "System") -> _Found:
    from adjoin.energy import short

    found = short.solved(system)
    decision = found.decision if system.hours <= _WHOLE_HOURS else _told(system, found.run, found.decision)
    return _Found(found.run, None, decision, "one programme")


def _told(system: "System", run: "Run", whole: Decision) -> Decision:
    """A Decision without its thousands of hours: what is built, objective, bound; the hours stand in `hourly`."""
    return replace(whole, measures=_built_measures(system, run), prices={})


def _whole_year(system: "System", weeks: int) -> _Found:
    """The run of a process of its own, its bound added up here from its prices."""
    if importlib.util.find_spec("pypsa") is None:
        raise Refusal("no_power_library", met=system.hours, expected=_SHORT_HOURS)
    asked = json.dumps({"system": packed.system_as_json(system), "weeks": weeks})
    command = [sys.executable, "-m", "adjoin.energy.worker"]
    try:
        done = subprocess.run(  # noqa: S603  # our own module, no shell
            command, input=asked, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refusal("power_worker_failed", met=f"{_SECONDS} s") from None
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise Refusal("power_worker_failed", met=(done.stderr.strip().splitlines() or ["—"])[-1][:200])
    answer = json.loads(lines[-1])
    run = packed.run_of(answer["run"])
    fixed = system.built(run.capacity)
    cost, low = words.running_cost(fixed, run), words.bound(fixed, run)
    decision = Decision(
        sense="least",
        measures=_built_measures(system, run),
        objective=cost,
        bound=min(low, cost),
        proof="prices",
        violation=max(float(abs(each).max()) for each in words.balance(fixed, run).values()),
    )
    before = None if answer["weeks"] is None else packed.run_of(answer["weeks"])
    return _Found(run, before, decision, "PyPSA")


def _built_measures(system: "System", run: "Run") -> tuple[Measure, ...]:
    built = {name: run.capacity[name] - mw for name, mw in system.capacity.items()}
    return tuple(Measure(f"build {name}", mw) for name, mw in built.items() if mw > 0)


def _region(system: "System", run: "Run", region: str, left: "Floats") -> dict[str, object]:
    import numpy as np

    w, load, price = np.array(system.weight), np.array(system.load[region]), run.price[region]
    plants = [each for each in system.plants if each.region == region]
    made = {each.name: float(w @ run.plants[each.name]) for each in plants}
    used = float(w @ load)
    return {
        "load_MWh": used,
        "shed_MWh": float(w @ run.shed[region]),
        "by_carrier": {carrier: _carrier(system, run, [p for p in plants if p.carrier == carrier])
                       for carrier in words.CARRIERS if any(p.carrier == carrier for p in plants)},
        "storage": _storage(system, run, region),
        "clean_MWh": sum(made[p.name] for p in plants if p.carrier in words.CLEAN),
        "co2_t": sum(made[p.name] * p.co2 for p in plants),
        "price_yuan_MWh": {
            "mean": float(w @ (price * load)) / used if used else None,
            "least": float(price.min()),
            "most": float(price.max()),
        },
        "largest_imbalance_MW": float(abs(left).max()),
    }  # fmt: skip


def _carrier(system: "System", run: "Run", plants: "list[Plant]") -> dict[str, float]:
    import numpy as np

    w = np.array(system.weight)
    mw, built = sum(run.capacity[p.name] for p in plants), sum(run.capacity[p.name] - p.mw for p in plants)
    made = sum(float(w @ run.plants[p.name]) for p in plants)
    could = sum(run.capacity[p.name] * float(w @ np.array(p.available)) for p in plants)
    said = {"MW": mw, "built_MW": built, "MWh": made}
    return said | ({"curtailed_MWh": could - made} if plants[0].carrier in words.CLEAN else {})


def _storage(system: "System", run: "Run", region: str) -> dict[str, float]:
    import numpy as np

    w, stores = np.array(system.weight), [each for each in system.stores if each.region == region]
    return {
        "MW": sum(run.capacity[each.name] for each in stores),
        "built_MW": sum(run.capacity[each.name] - each.mw for each in stores),
        "charged_MWh": sum(float(w @ run.charge[each.name]) for each in stores),
        "discharged_MWh": sum(float(w @ run.discharge[each.name]) for each in stores),
    }


def _exchange(system: "System", run: "Run") -> dict[str, object]:
    import numpy as np

    w, mw, (one, other) = np.array(system.weight), run.capacity["line"], system.regions
    full = np.abs(run.flow) >= mw * (1 - 1e-6) if mw > 0 else np.zeros(system.hours, dtype=bool)
    return {
        "MW": mw,
        "built_MW": mw - system.line.mw,
        "MWh": {f"{one} -> {other}": float(w @ np.maximum(run.flow, 0)),
                f"{other} -> {one}": float(w @ np.maximum(-run.flow, 0))},
        "full_h": float(w[full].sum()),
    }  # fmt: skip


def _together(system: "System", run: "Run") -> dict[str, object]:
    import numpy as np

    w = np.array(system.weight)
    load = sum(float(w @ np.array(system.load[region])) for region in system.regions)
    clean = [each for each in system.plants if each.carrier in words.CLEAN]
    made = sum(float(w @ run.plants[each.name]) for each in clean)
    could = sum(run.capacity[each.name] * float(w @ np.array(each.available)) for each in clean)
    return {
        "clean_share": made / load if load else None,
        "curtailed_MWh": could - made,
        "curtailed_share": (could - made) / could if could else None,
        "co2_t": sum(each.co2 * float(w @ run.plants[each.name]) for each in system.plants),
    }


def _hourly(system: "System", run: "Run") -> dict[str, object]:
    return {
        "plants_MW": {name: each.tolist() for name, each in run.plants.items()},
        "stores_MW": {name: (run.discharge[name] - run.charge[name]).tolist() for name in run.charge},
        "flow_MW": run.flow.tolist(),
        "shed_MW": {region: run.shed[region].tolist() for region in system.regions},
        "price_yuan_MWh": {region: run.price[region].tolist() for region in system.regions},
        "store_worth_yuan_MWh": {name: each.tolist() for name, each in run.worth.items()},
    }


def _system(given: Given) -> "System":
    names = [str(each) for each in given.items("regions")]
    even("regions", names, 2)
    once("regions", names)
    hours = given.integer("hours", 1, _YEAR)
    loads = given.inner("load_MW")
    plants = [_plant(each, names, hours) for each in objects(given, "plants", _PLANTS)]
    stores = [_store(each, names) for each in objects(given, "stores", _PLANTS)] if given.values.get("stores") else []
    once("plants", [*(each.name for each in plants), *(each.name for each in stores), "line"])
    return words.System(
        regions=(names[0], names[1]),
        load={name: _load(loads, name, hours) for name in names},
        plants=tuple(plants),
        stores=tuple(stores),
        line=words.Line(*_size(given.inner("line"))),
        shed=given.number("shed_yuan_MWh", 0, _MONEY),
        weight=(1.0,) * hours,
    )


def _size(given: Given) -> tuple[float, float, float]:
    """Capacity, the most it may become, and what a MW more costs."""
    mw = given.number("MW", 0, _MW)
    return mw, maybe(given, "MW_max", mw, _MW, mw), maybe(given, "capital_yuan_MW", 0, _MONEY)


def _plant(given: Given, regions: list[str], hours: int) -> "Plant":
    mw, most, capital = _size(given)
    return words.Plant(
        name=given.text("name"),
        region=known(given.place("region"), given.text("region"), regions),
        carrier=given.choice("carrier", words.CARRIERS),
        mw=mw,
        mw_most=most,
        capital=capital,
        cost=given.number("cost_yuan_MWh", 0, _MONEY),
        co2=maybe(given, "t_co2_MWh", 0, 10),
        available=_series(given, "available", hours, 1.0) if "available" in given.values else (1.0,) * hours,
    )


def _store(given: Given, regions: list[str]) -> words.Store:
    mw, most, capital = _size(given)
    return words.Store(
        given.text("name"),
        known(given.place("region"), given.text("region"), regions),
        mw,
        most,
        capital,
        given.number("hours", 0, 10_000),
        given.number("eff_charge", 0.01, 1),
        given.number("eff_discharge", 0.01, 1),
    )


def _load(given: Given, region: str, hours: int) -> tuple[float, ...]:
    if isinstance(given.raw(region), list | tuple):
        return tuple(row(given.raw(region), given.place(region), hours, 0, _MW))
    inner = given.inner(region)
    peak = inner.number("peak_MW", 0, _MW)
    return tuple(peak * each for each in _series(inner, "shape", hours, 1.0))


def _series(given: Given, key: str, hours: int, most: float) -> tuple[float, ...]:
    """Hours as a list, as one number for all, or by the name of a shape that ships with Adjoin."""
    value = given.raw(key)
    if isinstance(value, str):
        shapes = energy_hours.shapes()
        return shapes[known(given.place(key), value, list(shapes))][:hours]
    if isinstance(value, list | tuple):
        return tuple(row(value, given.place(key), hours, 0, most))
    return (number(value, given.place(key), 0, most),) * hours


def _weeks(given: Given) -> int:
    return given.integer("weeks", 1, 26) if given.values.get("weeks") is not None else 6


def _shapes(given: Given) -> list[str]:
    """The shapes of elsewhere that were used."""
    loads: Mapping[str, object] = given.inner("load_MW").values
    names = [each.get("shape") for each in loads.values() if isinstance(each, dict)]
    names += [each.values.get("available") for each in objects(given, "plants", _PLANTS)]
    return sorted({name for name in names if isinstance(name, str)})


DOORS = (Door("energy.power_system", power_system, EXPLAINED["energy.power_system"], long=True),)
