"""The tables of HJ 212 as data: factors, commands, dialects, flags, system codes."""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_FOLDER = "hj212"


@dataclass(frozen=True, slots=True)
class Factor:
    """A thing that a packet may give a value of."""

    code: str  # of 2017: "w21003"
    name_zh: str
    name_en: str
    unit: str  # that the standard's table gives; "" where it has none
    old_code: str  # of 2005: "060"; "" where there was none
    medium: str  # "water", "air", "noise"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A way of writing packets that departs from the standard, and what is done with it."""

    id: str
    seen: str
    handling: str
    status: str


TOLERANCES = (  # dialects that are refused unless they are named
    "crc_modbus_be", "crc_modbus_le", "length_plus_6", "length_over_1024", "length_unpadded", "upper_case_code",
)  # fmt: skip
NOTED = frozenset({  # dialects that do no harm: taken, with a note
    "crc_lower_case", "no_qn_no_flag", "no_qn", "no_flag", "empty_qn", "foreign_st", "flag_8_9", "datetime_17",
    "pno_zero_padded", "field_order", "split_unnumbered", "cp_trailing_semicolon", "comma_between_items",
})  # fmt: skip


@cache
def factors() -> Mapping[str, Factor]:
    """All factors by their code of 2017."""
    found = {}
    for medium in ("water", "air", "noise"):
        for row in _rows(f"codes_{medium}.csv"):
            unit = "" if row["unit"] == "-" else row["unit"]
            old = row.get("old_code_2005") or ""
            found[row["code"]] = Factor(row["code"], row["name_cn"], row["name_en"], unit, old, medium)
    return found


@cache
def old_codes() -> Mapping[tuple[str, str], str]:
    """The code of 2017 by medium and code of 2005."""
    return {(each.medium, each.old_code): each.code for each in factors().values() if each.old_code}


@cache
def dialects() -> tuple[Dialect, ...]:
    """The dialects, in the order of the table."""
    rows = [*_rows("dialects.csv"), *_rows("dialects_own.csv")]
    return tuple(
        Dialect(r["id"], r["what_is_seen_in_the_wild"], r["advised_handling"], r["status"]) for r in rows
    )  # fmt: skip


@cache
def flags() -> Mapping[str, str]:
    """The flag a value carries in the book, by the letter of the packet."""
    return {row["letter"]: row["flag"] for row in _rows("flags.csv")}


@cache
def not_judged() -> frozenset[str]:
    """The flags under which a value speaks of the instrument, not of the place: it is kept, shown, and judges nothing.

    That these are the ones is derived from their names; HJ 212-2017 table 8 lists flags and says no use.
    """
    return frozenset(row["flag"] for row in _rows("flags.csv") if row["judged"] == "no")


@cache
def system_codes() -> frozenset[str]:
    """The system codes (ST) that the standard lists."""
    return frozenset(protocol()["system_codes"])


@cache
def kinds() -> Mapping[str, str]:
    """What a device means by a command code: "upload", "notice" or "answer"; requests come from the host."""
    rows = [row for row in _rows("commands.csv") if row["direction"] != "host>device"]
    return {row["cn"]: row["kind"] for row in rows}


@cache
def protocol() -> Mapping[str, Any]:
    """Frame, fields, timers and answer codes."""
    text = (files("adjoin") / "data" / _FOLDER / "protocol.toml").read_text("utf-8")
    return tomllib.loads(text)


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("adjoin") / "data" / _FOLDER / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
