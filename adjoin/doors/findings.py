"""Which answers are findings: a small function a method says whether its answer needs an answer by people.

A method that is not in the table raises nothing. A new one adds a function, a line, and two sentences
(`finding.<key>` and `finding.<key>.name` in the catalogue).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from adjoin.core.finding import Raised

Json = Mapping[str, Any]
Found = tuple[Raised, ...]
_GRAVE = {"重大", "较大"}


def raised(method: str, given: Json, answer: Json) -> Found:
    """What an answer says that people must answer; nothing for most."""
    made = TABLE.get(method)
    return made(given, answer) if made is not None else ()


def _one(key: str, value: object, unit: str = "", **facts: object) -> Found:
    said = {name: str(fact) for name, fact in facts.items()}
    return (Raised(f"finding.{key}", said, str(value), unit),)


def _change(_given: Json, answer: Json) -> Found:
    """Patches that lost the class inside a zone."""
    lost = {zone: float(ha) for zone, ha in answer.get("lost_ha_in_zone", {}).items() if zone != "0" and float(ha) > 0}
    if not lost:
        return ()
    patches = sum(any(zone != "0" for zone in each["zone_cells"]) for each in answer["patches"])
    return _one("land_change", f"{sum(lost.values()):.4g}", "ha", patches=patches, zones=_list(lost))


def _soil_farm(_given: Json, answer: Json) -> Found:
    if answer["land_class"] == "priority":
        return ()
    return _one("soil_farm", answer["land_class_cn"], kind=answer["land_class"], items=_list(answer["decided_by"]))


def _soil_site(_given: Json, answer: Json) -> Found:
    if answer["step"] == "no_action":
        return ()
    items = [each["item"] for each in answer["items"] if each["step"] != "no_action"]
    return _one("soil_site", answer["step"], items=_list(items))


def _shoreline(_given: Json, answer: Json) -> Found:
    found = [each["id"] for each in answer["projects"] if each["finding"]]
    return _one("shoreline", len(found), projects=_list(found)) if found else ()


def _corridor(_given: Json, answer: Json) -> Found:
    breaks = [each for side in ("left", "right") for each in answer[side]["breaks"]]
    longest = max((each["length_km"] for each in breaks), default=0.0)
    return _one("corridor", f"{longest:.3g}", "km", breaks=len(breaks)) if breaks else ()


def _warning(_given: Json, answer: Json) -> Found:
    return () if answer["level"] == "none" else _one("air_warning", answer["level"], clause=answer["clause"])


def _enterprise(_given: Json, answer: Json) -> Found:
    return _one("enterprise", answer["written"], grade=answer["enterprise"]) if answer["enterprise"] in _GRAVE else ()


def _tailings(_given: Json, answer: Json) -> Found:
    return _one("tailings", answer["code"], grade=answer["grade"]) if answer["grade"] in _GRAVE else ()


def _gamma(_given: Json, answer: Json) -> Found:
    return _one("gamma", answer["threshold"], at=answer["alarm_at_index"]) if answer["alarm"] else ()


def _control(_given: Json, answer: Json) -> Found:
    """Behind the target, or above the cap."""
    progress, within = answer.get("progress"), answer.get("total_within_cap")
    behind = isinstance(progress, (int, float)) and progress < 1
    if not behind and within is not False:
        return ()
    shown = f"{progress:.3g}" if isinstance(progress, (int, float)) else "—"
    return _one("energy_control", shown, levels=_list(each["meaning"] for each in answer["scales"].values()))


def _cleaner(_given: Json, answer: Json) -> Found:
    if answer["undefined"] or answer["level"] in {"I", "II", "III"}:
        return ()
    return _one("cleaner_production", answer["level"], index=_list(f"{k} {v:.4g}" for k, v in answer["Y"].items()))


def _effective_size(_given: Json, answer: Json) -> Found:
    return () if answer["verdict"] == "within" else _one("effective_size", f"{answer['Ne']:.3g}", rate=answer["dF"])


def _section(_given: Json, answer: Json) -> Found:
    if answer.get("meets_target") is not False:
        return ()
    return _one("section_class", answer["class"], items=_list(answer["decided_by"]))


def _list(names: Iterable[object]) -> str:
    shown = list(map(str, names))
    return ", ".join(shown[:8]) + (" …" if len(shown) > 8 else "")


TABLE: Mapping[str, Callable[[Json, Json], Found]] = {
    "air.warning": _warning,
    "energy.control": _control,
    "industry.cleaner_production": _cleaner,
    "land.change": _change,
    "land.corridor": _corridor,
    "land.effective_size": _effective_size,
    "land.shoreline": _shoreline,
    "land.soil_farm": _soil_farm,
    "land.soil_site": _soil_site,
    "risk.enterprise": _enterprise,
    "risk.gamma_alarm": _gamma,
    "risk.tailings": _tailings,
    "water.section_class": _section,
}
