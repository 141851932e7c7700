"""A power system and its run as JSON, between the process that asks and the one that solves."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from adjoin.energy.system import Line, Plant, Run, Store, System

_BY_NAME = ("plants", "charge", "discharge", "shed", "price", "worth")


def system_as_json(system: System) -> dict[str, object]:
    """A system as plain values."""
    return asdict(system)


def system_of(value: Mapping[str, Any]) -> System:
    """The system in plain values."""
    return System(
        regions=(value["regions"][0], value["regions"][1]),
        load={region: tuple(each) for region, each in value["load"].items()},
        plants=tuple(Plant(**{**each, "available": tuple(each["available"])}) for each in value["plants"]),
        stores=tuple(Store(**each) for each in value["stores"]),
        line=Line(**value["line"]),
        shed=value["shed"],
        weight=tuple(value["weight"]),
    )


def run_as_json(run: Run) -> dict[str, object]:
    """A run as plain values."""
    series = {part: {name: each.tolist() for name, each in getattr(run, part).items()} for part in _BY_NAME}
    return {"capacity": dict(run.capacity), "flow": run.flow.tolist(), **series}


def run_of(value: Mapping[str, Any]) -> Run:
    """The run in plain values."""
    import numpy as np

    series = {part: {name: np.array(each) for name, each in value[part].items()} for part in _BY_NAME}
    return Run(capacity=value["capacity"], flow=np.array(value["flow"]), **series)
