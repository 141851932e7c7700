"""Doors to energy: carbon, double control, what moved a total, storage, two nodes, traded power, retirement."""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.energy_explained import EXPLAINED
from adjoin.doors.given import Given, number, refuse
from adjoin.doors.tables_given import even, known, maybe, objects, once, row, size

if TYPE_CHECKING:
    from adjoin.energy import carbon as carbon_words
    from adjoin.energy import control as control_words
    from adjoin.energy import power as power_words
    from adjoin.energy import retirement as retirement_words
    from adjoin.methods import decompose as decompose_words

_QUANTITY, _MONEY, _MW = 1e12, 1e9, 1e7
_APPROACHES = ("sectoral", "reference", "both")
_PARTS = ("production", "imports", "exports", "bunkers")
_GENERATORS, _HOURS, _UNITS, _YEARS, _CELLS = 1000, 2000, 60, 40, 100_000


def carbon(asked: Asked) -> Answer:
    """CO2 of fuel burnt, by sector, by supply, or both."""
    from adjoin.energy import carbon as question

    given = Given.of(asked)
    approach = given.choice("approach", _APPROACHES)
    fuels = {name: _fuel(each) for name, each in given.each("factors")}
    for name in fuels:
        if name.strip().lower() in question.MADE_FROM_FUEL:
            refuse("made_from_fuel", f"factors.{name}", name)
    answer: dict[str, object] = {}
    if approach != "reference":
        t_co2 = question.burnt(_consumption(given, fuels), fuels)
        by_fuel = {name: math.fsum(used[name] for used in t_co2.values() if name in used) for name in fuels}
        sectoral = math.fsum(sum(used.values()) for used in t_co2.values())
        answer["sectoral"] = {
            "t_co2": t_co2,
            "sector_t_co2": {sector: math.fsum(used.values()) for sector, used in t_co2.items()},
            "fuel_t_co2": by_fuel,
            "total_t_co2": sectoral,
        }
    if approach != "sectoral":
        balance = {known(each.at, name, list(fuels)): _balance(each) for name, each in given.each("balance")}
        found = question.supplied(balance, fuels)
        reference = math.fsum(found.values())
        answer["reference"] = {
            "apparent": {name: each.apparent for name, each in balance.items()},
            "fuel_t_co2": found,
            "total_t_co2": reference,
        }
    if approach == "both":
        answer["difference_t_co2"] = reference - sectoral
        answer["difference_percent"] = 100 * (reference - sectoral) / sectoral if sectoral else None
    return answer


def control(asked: Asked) -> Answer:
    """Energy intensity and total against their targets."""
    from adjoin.energy import control as question

    given = Given.of(asked)
    target = given.number("target_reduction", 1e-9, 1)
    if "yearly_reduction" in given.values:
        reduction = question.reduction_over(given.numbers("yearly_reduction", -10, 1))
        return {**_progress(given, reduction, target)}
    now = question.Use(given.number("energy_1e4tce", 0, _QUANTITY), given.number("gdp_1e8yuan", 1e-6, _QUANTITY))
    last = question.Use(
        given.number("energy_last_1e4tce", 1e-6, _QUANTITY), given.number("gdp_last_1e8yuan", 1e-6, _QUANTITY)
    )
    growth = now.energy / last.energy - 1
    return {
        "intensity_tce_per_1e4yuan": now.intensity,
        "intensity_last_tce_per_1e4yuan": last.intensity,
        **_progress(given, question.reduction(now, last), target),
        "energy_growth": growth,
        "total_within_cap": question.within_cap(growth, given.number("cap_growth", -1, 10)),
    }


def lmdi(asked: Asked) -> Answer:
    """What each factor did to a total."""
    from adjoin.methods import decompose

    given = Given.of(asked)
    names = given.items("factors")
    times = given.items("x")
    size("x", times, 2, 1000)
    tables = [_factors(each, f"x[{i}]", len(names)) for i, each in enumerate(times)]
    for i, each in enumerate(tables):
        even(f"x[{i}][0]", each[0], len(tables[0][0]))
    steps = [decompose.step(one, other) for one, other in pairwise(tables)]
    totals = [decompose.total(each) for each in tables]
    if not all(math.isfinite(each) for each in totals):
        refuse("out_of_bounds", "x", "1e308", low=0, high=1e300)
    chained, ends = decompose.chain(steps), decompose.step(tables[0], tables[-1])
    return {
        "V": totals,
        "steps": [
            {"V_from": one, "V_to": other, **_effects(each)}
            for (one, other), each in zip(pairwise(totals), steps, strict=True)
        ],
        **_effects(chained),
        "end_points": _effects(ends),
    }


def storage(asked: Asked) -> Answer:
    """The cheapest schedule of a store."""
    from adjoin.energy import power

    given = Given.of(asked)
    load = given.numbers("load_MW", 0, _MW)
    size("load_MW", load, 1, _HOURS)
    renewable = row(given.raw("renewable_MW"), "renewable_MW", len(load), 0, _MW)
    cyclic = given.flag("cyclic", default=False)
    energy = given.number("energy_MWh", 0, _MW)
    store = power.Store(
        energy_mwh=energy,
        power_mw=given.number("power_MW", 0, _MW),
        charging=given.number("eff_charge", 0.01, 1),
        discharging=given.number("eff_discharge", 0.01, 1),
        start_mwh=None if cyclic else maybe(given, "start_MWh", 0, energy),
    )
    price = given.number("coal_yuan_MWh", 0, _MONEY)
    found = power.storage(load, renewable, given.number("coal_MW", 0, _MW), price, store)
    if found is None:
        return {"infeasible": True}
    return {
        "infeasible": False,
        "cost_yuan": found.cost_yuan,
        "coal_MWh": found.coal_mwh,
        "curtailed_MWh": found.curtailed_mwh,
        "charged_MWh": found.charged_mwh,
        "discharged_MWh": found.discharged_mwh,
        "bound_yuan": found.decision.bound,
        "gap": found.decision.gap,
        "decision": found.decision.as_json(),
    }


def two_node(asked: Asked) -> Answer:
    """One hour of two nodes and a link."""
    from adjoin.energy import power

    given = Given.of(asked)
    names = [str(each) for each in given.items("nodes")]
    even("nodes", names, 2)
    once("nodes", names)
    nodes = (names[0], names[1])
    loads = given.inner("load_MW")
    generators = [_generator(each, names) for each in objects(given, "generators", _GENERATORS)]
    once("generators", [each.name for each in generators])
    found = power.dispatch(
        nodes,
        {node: loads.number(node, 0, _MW) for node in nodes},
        generators,
        given.number("link_MW", 0, _MW),
        given.number("shed_cost_yuan_MWh", 0, _MONEY),
    )
    prices = found.price_yuan_mwh
    return {
        "cost_yuan_h": found.decision.objective,
        "dispatch_MW": dict(found.dispatch_mw),
        "flow_MW": found.flow_mw,
        "price_yuan_MWh": dict(prices),
        "shed_MW": dict(found.shed_mw),
        "curtailed_MW": found.curtailed_mw,
        "clean_share": found.clean_share,
        "congestion_rent_yuan_h": found.flow_mw * (prices[nodes[1]] - prices[nodes[0]]),
        "bound_yuan_h": found.decision.bound,
        "gap": found.decision.gap,
        "decision": found.decision.as_json(),
    }


def power_trade(asked: Asked) -> Answer:
    """CO2 by who consumes traded power."""
    from adjoin.energy import carbon as question

    given = Given.of(asked)
    production = _named(given.inner("production_t"), 0, _QUANTITY)
    factor = _named(given.inner("factor_t_per_MWh"), 0, 10)
    flows, pairs = [], set[tuple[str, str]]()
    for each in objects(given, "flows", 10_000):
        sender, receiver = each.text("from"), each.text("to")
        if sender == receiver:
            refuse("named_twice", each.place("to"), receiver)
        known(each.place("from"), sender, list(factor))
        if (sender, receiver) in pairs:
            refuse("trade_twice", each.at, f"{sender} -> {receiver}")
        pairs.add((sender, receiver))
        flows.append(question.Flow(sender, receiver, each.number("MWh", 1e-9, _QUANTITY)))
    found = question.traded(production, factor, flows)
    return {
        "transfers": [
            {"from": flow.sender, "to": flow.receiver, "t": tonnes}
            for flow, tonnes in zip(flows, found.transfers_t, strict=True)
        ],
        "consumption_t": dict(found.consumption_t),
        "third_party_t": dict(found.third_party_t),
        "sum_difference_t": found.difference_t,
    }


def retirement(asked: Asked) -> Answer:
    """When each unit closes."""
    from adjoin.energy import retirement as question

    given = Given.of(asked)
    years = [
        question.Year(
            each.number("peak_MW", 0, _MW),
            each.number("other_firm_MW", 0, _MW),
            _named(each.inner("heat_MW"), 0, _MW),
        )
        for each in objects(given, "years", _YEARS)
    ]
    units = [_unit(each, len(years)) for each in objects(given, "units", _UNITS)]
    once("units", [each.name for each in units])
    found = question.retirement(units, years, given.number("reserve_margin", 0, 10), given.number("discount", 0, 1))
    if found is None:
        return {"infeasible": True}
    return {
        "infeasible": False,
        "cost_1e6yuan": found.cost,
        "retire_index": dict(found.index),
        "firm_MW": list(found.firm_mw),
        "bound_1e6yuan": found.decision.bound,
        "gap": found.decision.gap,
        "decision": found.decision.as_json(),
    }


def _fuel(given: Given) -> "carbon_words.Fuel":
    from adjoin.energy import carbon as question

    unit = given.choice("unit", tuple(question.TJ_PER_UNIT))
    value = given.number("ncv_MJ_per_kg" if unit == "1e4 t" else "ncv_MJ_per_m3", 0, 200)
    return question.Fuel(question.TJ_PER_UNIT[unit] * value, given.number("c_tC_TJ", 0, 200), given.number("ox", 0, 1))


def _consumption(given: Given, fuels: Mapping[str, object]) -> dict[str, dict[str, float]]:
    return {
        sector: {known(used.place(fuel), fuel, list(fuels)): used.number(fuel, 0, _QUANTITY) for fuel in used.values}
        for sector, used in given.each("consumption")
    }


def _balance(given: Given) -> "carbon_words.Balance":
    from adjoin.energy import carbon as question

    parts = {name: maybe(given, name, 0, _QUANTITY) for name in _PARTS}
    return question.Balance(
        **parts,
        stock_increase=maybe(given, "stock_increase", -_QUANTITY, _QUANTITY),
        non_energy=maybe(given, "non_energy", 0, _QUANTITY),
        stored_fraction=maybe(given, "stored_fraction", 0, 1),
    )


def _progress(given: Given, reduction: float, target: float) -> dict[str, object]:
    from adjoin.energy import control as question

    progress = reduction / target
    scales = {}
    for name in given.inner("scales").values:
        steps = [_step(each) for each in objects(given.inner("scales"), str(name), 100)]
        found = question.level(progress, steps)
        scales[str(name)] = {"level": found.level, "meaning": found.meaning} if found else None
    return {"reduction": reduction, "progress": progress, "scales": scales}


def _step(given: Given) -> "control_words.Step":
    from adjoin.energy import control as question

    bounds = {key: given.number(key, -1e6, 1e6) for key in ("at_least", "above") if given.values.get(key) is not None}
    return question.Step(given.text("level"), given.text("meaning"), **bounds)


def _factors(value: object, place: str, count: int) -> list[list[float]]:
    if not isinstance(value, list | tuple):
        refuse("not_a_list", place, value)
    even(place, value, count)
    first = value[0]
    if not isinstance(first, list | tuple):
        refuse("not_a_list", f"{place}[0]", first)
    size(f"{place}[0]", first, 1, _CELLS)
    return [row(each, f"{place}[{k}]", len(first), 0, _QUANTITY) for k, each in enumerate(value)]


def _effects(found: "decompose_words.Effects") -> dict[str, object]:
    return {
        "additive": list(found.additive),
        "multiplicative": list(found.multiplicative) if found.multiplicative else None,
    }


def _generator(given: Given, nodes: list[str]) -> "power_words.Generator":
    from adjoin.energy import power

    return power.Generator(
        node=given.choice("node", tuple(nodes)),
        name=given.text("name"),
        available_mw=given.number("available_MW", 0, _MW),
        cost_yuan_mwh=given.number("cost_yuan_MWh", 0, _MONEY),
        clean=given.flag("clean", default=False),
    )


def _unit(given: Given, years: int) -> "retirement_words.Unit":
    from adjoin.energy import retirement as question

    return question.Unit(
        name=given.text("name"),
        area=given.text("area"),
        mw=given.number("MW", 0, _MW),
        heat_mw=given.number("heat_MW", 0, _MW),
        fixed=given.number("fixed_1e6yuan", 0, _MONEY),
        decommission=given.number("decommission_1e6yuan", 0, _MONEY),
        retrofit=given.number("retrofit_1e6yuan", 0, _MONEY),
        retrofit_by=given.integer("retrofit_by", 0, 1000),
        retrofit_paid_in=given.integer("retrofit_paid_in", 0, years),
    )


def _named(given: Given, low: float, high: float) -> dict[str, float]:
    return {str(name): number(value, given.place(str(name)), low, high) for name, value in given.values.items()}


DOORS = tuple(
    Door(f"energy.{method.__name__}", method, EXPLAINED[f"energy.{method.__name__}"])
    for method in (carbon, control, lmdi, storage, two_node, power_trade, retirement)
)
