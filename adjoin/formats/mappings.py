"""Mapping files: which column of a table says what."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Self

import yaml

from adjoin.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping file: which column says what."""

    name: str
    title: Mapping[str, str]
    origin: str
    method: str
    pretreatment: str
    site: tuple[str, ...]
    time: tuple[str, ...]
    month: tuple[str, ...]
    flag: tuple[str, ...]
    missing: frozenset[str]
    ignore: frozenset[str]

    @classmethod
    def of(cls, name: str, given: Mapping[str, Any]) -> Self:
        """The mapping of a file's content."""
        return cls(
            name=name,
            title=given["title"],
            origin=given["origin"],
            method=given["method"],
            pretreatment=given["pretreatment"],
            site=tuple(given["site"]),
            time=tuple(given.get("time", ())),
            month=tuple(given.get("month", ())),
            flag=tuple(given.get("flag", ())),
            missing=frozenset(given.get("missing", ())),
            ignore=frozenset(given.get("ignore", ())),
        )


@cache
def mappings() -> Mapping[str, Mapped]:
    """The ready mappings, by name."""
    return _read(files("adjoin") / "data" / "mappings")


def mapping(name: str, own: Path | None = None) -> Mapped:
    """The mapping of this name: a ready one, or one of the folder `own` that a bundle brings."""
    known = {each.name: each for each in all_of(own)}
    found = known.get(name)
    if found is None:
        raise Refusal("unknown_mapping", met=name, expected=", ".join(sorted(known)))
    return found


def all_of(own: Path | None = None) -> tuple[Mapped, ...]:
    """The ready mappings and those of the folder `own`, which may replace a ready one."""
    return tuple({**mappings(), **(_read(own) if own and own.is_dir() else {})}.values())


def _read(folder: Traversable) -> dict[str, Mapped]:
    return {
        name: Mapped.of(name, yaml.safe_load(file.read_text("utf-8")))
        for file in folder.iterdir()
        if (name := file.name.removesuffix(".yaml")) != file.name
    }
