"""Who is responsible: jurisdictions and their offices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """A jurisdiction. The two *sides* govern together; *outside* ones share the river but not the agreement."""

    code: str
    name_zh: str
    name_en: str
    level: str  # "side", "outside", "prefecture", "district"
    parent: str | None = None
    adcode: str | None = None
    status: str = "std"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """An office of a party: who answers, and who signs."""

    code: str
    party: str
    name_zh: str
    name_en: str
    status: str = "std"
