"""Every method by its name. A module of doors is imported when one of its methods is asked for, not before."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import cast

from adjoin.core.refusal import Refusal
from adjoin.doors.door import Answer, Door

MODULES: Mapping[str, tuple[str, ...]] = {  # by the part of a method's name before the point
    "air": ("air", "air_kilns"),
    "causal": ("causal", "synthetic"),
    "core": ("core",),
    "energy": ("energy", "power_system"),
    "formats": ("formats",),
    "joint": ("joint", "joint_settle", "joint_draw", "joint_people", "choose", "demonstration"),
    "industry": ("industry",),
    "land": ("land", "habitat", "animals"),
    "risk": ("risk",),
    "waste": ("waste", "waste_shared"),
    "water": ("water", "river", "spill", "basin", "hydraulics", "kinetics", "allocation"),
}


def door(method: str) -> Door:
    """The door of this method."""
    part = method.partition(".")[0]
    found = _doors(part).get(method) if part in MODULES else None
    if found is None:
        known = methods()
        near = get_close_matches(method[:60], known, n=3) or known
        raise Refusal("unknown_method", met=method[:60], expected=", ".join(near))
    return found


def methods() -> tuple[str, ...]:
    """The names of all methods."""
    return tuple(sorted(method for part in MODULES for method in _doors(part)))


def compute(method: str, given: object, *, lang: str = "zh") -> Answer:
    """The answer of a method to a JSON value; a refused question is answered by an error object."""
    try:
        return answer(method, given)
    except Refusal as refusal:
        return error(refusal, lang)


def answer(method: str, given: object) -> Answer:
    """The answer of a method; raises the Refusal where `compute` would answer with an error."""
    from adjoin.doors.given import Given

    return door(method).answer(Given.of(given).values)


def error(refusal: Refusal, lang: str) -> Answer:
    """A refusal as the error object that doors answer with."""
    from adjoin.formats.messages import messages

    return {"error": messages().refusal(refusal, lang)}


def _doors(part: str) -> Mapping[str, Door]:
    modules = (import_module(f"adjoin.doors.{name}") for name in MODULES[part])
    return {each.method: each for module in modules for each in cast("tuple[Door, ...]", module.DOORS)}
