"""A whole year of a power system by PyPSA, in a process of its own: JSON in, JSON out.

    python -m adjoin.energy.worker < question.json

PyPSA is heavy and belongs to the extra [energy]; nothing else imports this module.
"""

import json
import logging
import sys
from typing import Any

import numpy as np
import pypsa  # type: ignore[import-not-found,import-untyped,unused-ignore]  # an extra; without types

from adjoin.energy.packed import run_as_json, system_of
from adjoin.energy.system import Run, System
from adjoin.energy.weeks import representative


def year(system: System, weeks: int) -> tuple[Run, Run | None]:
    """The run of all hours, and that of the weeks on which capacity was chosen (None: nothing to build)."""
    if not system.builds:
        return dispatched(system), None
    shown = representative(system, weeks)
    part = system.at(shown.hours, shown.weights)
    built = dispatched(part)
    return dispatched(system.built(built.capacity)), built


def dispatched(system: System) -> Run:
    """The cheapest capacities and dispatch of a system by PyPSA and HiGHS."""
    network = _network(system)
    status, condition = network.optimize(
        solver_name="highs", assign_all_duals=True, log_to_console=False, output_flag=False
    )
    if status != "ok":
        raise SystemExit(f"pypsa: {status}, {condition}")
    return _run(system, network)


def _network(system: System) -> Any:  # noqa: ANN401  # PyPSA has no types
    network: Any = pypsa.Network()
    network.set_snapshots(range(system.hours))
    for column in ("objective", "generators", "stores"):
        network.snapshot_weightings[column] = np.array(system.weight) if column != "stores" else 1.0
    for region in system.regions:
        network.add("Bus", region)
        network.add("Load", f"load {region}", bus=region, p_set=np.array(system.load[region]))
        network.add(
            "Generator", f"shed {region}", bus=region, p_nom=max(system.load[region]), marginal_cost=system.shed,
            p_max_pu=np.array(system.load[region]) / max(1e-9, *system.load[region]),
        )  # fmt: skip
    for plant in system.plants:
        network.add(
            "Generator", plant.name, bus=plant.region, marginal_cost=plant.cost,
            p_max_pu=np.array(plant.available), **_size(plant.mw, plant.mw_most, plant.capital),
        )  # fmt: skip
    for store in system.stores:
        network.add(
            "StorageUnit", store.name, bus=store.region, max_hours=store.hours, efficiency_store=store.charging,
            efficiency_dispatch=store.discharging, cyclic_state_of_charge=True,
            **_size(store.mw, store.mw_most, store.capital),
        )  # fmt: skip
    line = system.line
    network.add(
        "Link", "line", bus0=system.regions[0], bus1=system.regions[1], p_min_pu=-1.0, efficiency=1.0,
        **_size(line.mw, line.mw_most, line.capital),
    )  # fmt: skip
    return network


def _size(mw: float, most: float, capital: float) -> dict[str, float | bool]:
    if most <= mw:
        return {"p_nom": mw}
    return {"p_nom": mw, "p_nom_min": mw, "p_nom_max": most, "capital_cost": capital, "p_nom_extendable": True}


def _run(system: System, network: Any) -> Run:  # noqa: ANN401  # PyPSA has no types
    made, kept, links = network.generators_t, network.storage_units_t, network.links_t
    sizes = {
        **network.generators.p_nom_opt.to_dict(),
        **network.storage_units.p_nom_opt.to_dict(),
        "line": float(network.links.p_nom_opt["line"]),
    }
    stores = [each.name for each in system.stores]
    flow = links.p0["line"].to_numpy() if system.line.mw_most > 0 else np.zeros(system.hours)
    return Run(
        capacity={name: float(sizes[name]) for name in (*(p.name for p in system.plants), *stores, "line")},
        plants={each.name: made.p[each.name].to_numpy() for each in system.plants},
        charge={name: kept.p_store[name].to_numpy() for name in stores},
        discharge={name: kept.p_dispatch[name].to_numpy() for name in stores},
        flow=flow,
        shed={region: made.p[f"shed {region}"].to_numpy() for region in system.regions},
        price={region: network.buses_t.marginal_price[region].to_numpy() for region in system.regions},
        worth={name: _worth(kept, name, system.hours) for name in stores},
    )


def _worth(kept: Any, name: str, hours: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:  # noqa: ANN401  # PyPSA
    dual = kept.mu_energy_balance
    return np.asarray(dual[name].to_numpy() if name in dual else np.zeros(hours), dtype=float)


def main() -> None:
    """Read a question, answer it."""
    logging.disable(logging.WARNING)
    asked: dict[str, Any] = json.load(sys.stdin)
    run, built = year(system_of(asked["system"]), int(asked["weeks"]))
    json.dump({"run": run_as_json(run), "weeks": None if built is None else run_as_json(built)}, sys.stdout)


if __name__ == "__main__":
    main()
