"""The hours of a year that ship with Adjoin: shapes from elsewhere, named as what they are."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import yaml

_FOLDER = files("adjoin") / "data" / "energy"


@cache
def shapes() -> Mapping[str, tuple[float, ...]]:
    """8760 hours by the name of a shape, by capacity or by the largest hour."""
    rows = list(csv.DictReader((_FOLDER / "hours.csv").read_text("utf-8").splitlines()))
    return {name: tuple(float(row[name]) for row in rows) for name in rows[0]}


def warnings(used: Sequence[str]) -> list[str]:
    """What must be said of an answer that rests on such shapes, in both languages; nothing where none was used."""
    if not used:
        return []
    told = yaml.safe_load((_FOLDER / "hours.yaml").read_text("utf-8"))
    parts = [f"{name}: {told['columns'][name]['zh']} {told['columns'][name]['en']}" for name in used]
    return [f"{told['note_zh']}。 {told['note_en']}.", *parts]
