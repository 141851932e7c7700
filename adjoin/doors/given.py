"""What a door was given, read key by key: anything that does not fit is refused by the name of its key."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from reprlib import Repr
from typing import NoReturn

from adjoin.core.refusal import Refusal

_HOURS, _VALUES = 1e7, 1e15  # a thousand years; more than any measured value
_UNITS = (  # at the end of a key, of one dimension a row
    ("MWh", "GWh", "kWh", "TWh", "TJ", "GJ", "MJ"),
    ("MW", "kW", "GW"),
    ("km2", "ha", "m2", "mu"),
    ("km", "m", "cm", "mm"),
    ("kg", "t", "g", "mg"),
    ("min", "h"),
    ("yuan", "wan"),
    ("mg_L", "ug_L", "mg_l", "g_L"),
    ("ug_m3", "mg_m3"),
    ("m3_s", "L_s", "m3_d"),
    ("mg_per_kg", "g_per_kg"),
    ("yuan_MWh", "yuan_kWh"),
    ("TBq", "GBq", "Bq", "Ci"),
)
_SHORT = Repr()  # a refusal repeats the beginning of what it met


@dataclass(frozen=True, slots=True)
class Given:
    """A JSON object and where it stands in the question; extra keys are left alone."""

    values: Mapping[str, object]
    at: str = ""

    @classmethod
    def of(cls, value: object, at: str = "") -> "Given":
        """A JSON object; anything else is refused."""
        if not isinstance(value, Mapping):
            refuse("not_an_object", at or "given", value)
        return cls(value, at)

    def place(self, key: str) -> str:
        """The name of a key as a refusal gives it: `inflows.a.lag_h`."""
        return f"{self.at}.{key}" if self.at else key

    def raw(self, key: str) -> object:
        """The value of a key that must be there."""
        if key not in self.values:
            if other := _other_unit(key, self.values):
                raise Refusal("other_unit", key=self.place(key), met=other)
            raise Refusal("missing_key", key=self.place(key), met=", ".join(map(str, self.values)) or "{}")
        return self.values[key]

    def text(self, key: str) -> str:
        """A text."""
        value = self.raw(key)
        return value if isinstance(value, str) else refuse("not_text", self.place(key), value)

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self.raw(key)
        if not isinstance(value, str) or value not in allowed:
            refuse("not_a_choice", self.place(key), value, expected=", ".join(allowed))
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false, or the default where the key is absent."""
        value = self.values.get(key, default)
        return value if isinstance(value, bool) else refuse("not_a_flag", self.place(key), value)

    def integer(self, key: str, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self.raw(key)
        if not isinstance(value, int) or isinstance(value, bool):
            refuse("not_an_integer", self.place(key), value)
        return value if low <= value <= high else _beyond(self.place(key), value, low, high)

    def number(self, key: str, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number within bounds."""
        return number(self.raw(key), self.place(key), low, high)

    def numbers(self, key: str, low: float = -math.inf, high: float = math.inf) -> list[float]:
        """A list of finite numbers, at least one."""
        place = self.place(key)
        return [number(value, f"{place}[{i}]", low, high) for i, value in enumerate(self.items(key))]

    def items(self, key: str) -> list[object]:
        """A list with at least one element."""
        value = self.raw(key)
        if not isinstance(value, list | tuple):
            refuse("not_a_list", self.place(key), value)
        return list(value) or refuse("empty_list", self.place(key), value)

    def points(self, key: str) -> list[tuple[float, float]]:
        """Pairs of time in hours and value, each later than the one before."""
        place = self.place(key)
        points = [_pair(value, f"{place}[{i}]") for i, value in enumerate(self.items(key))]
        for i, (one, other) in enumerate(pairwise(points)):
            if one[0] >= other[0]:
                refuse("not_ascending", f"{place}[{i + 1}]", other[0], expected=one[0])
        return points

    def span(self, key: str, low: float, high: float) -> tuple[float, float]:
        """Two numbers within bounds, the first not above the second."""
        values = self.numbers(key, low, high)
        if len(values) != 2 or values[0] > values[1]:
            refuse("not_a_span", self.place(key), self.raw(key))
        return values[0], values[1]

    def inner(self, key: str) -> "Given":
        """An object inside."""
        return Given.of(self.raw(key), self.place(key))

    def each(self, key: str) -> Iterator[tuple[str, "Given"]]:
        """The objects inside an object, at least one, by name."""
        inside = self.inner(key)
        if not inside.values:
            refuse("empty_object", inside.at, inside.values)
        return ((str(name), inside.inner(name)) for name in inside.values)


def parse(data: bytes) -> object:
    """The JSON value in some bytes; NaN, infinities and bytes that are not UTF-8 are refused with their place."""
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_constant)
        if "\\ud" in text.lower():  # half a character, written as an escape, cannot be said again
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise Refusal("not_utf8", met=f"{data[error.start]:#04x}", place=error.start + 1) from None
    except UnicodeEncodeError:
        raise Refusal("not_json", met="\\ud800", place="—") from None
    except json.JSONDecodeError as error:
        raise Refusal("not_json", met=error.msg, place=f"{error.lineno}:{error.colno}") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; thousands of brackets
        if isinstance(error, Refusal):
            raise
        raise Refusal("not_json", met=type(error).__name__, place="1:1") from None
    return value


def number(value: object, place: str, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number within bounds; text, truth values and NaN are none."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        refuse("not_a_json_number", place, value)
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        refuse("not_a_json_number", place, value)
    return found if low <= found <= high else _beyond(place, found, low, high)


def refuse(kind: str, place: str, met: object, **facts: object) -> NoReturn:
    """Say no, naming the key and a short form of what stood there."""
    raise Refusal(kind, key=place, met=_short(met), **facts)


def _pair(value: object, place: str) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        refuse("not_a_pair", place, value)
    return number(value[0], f"{place}[0]", -_HOURS, _HOURS), number(value[1], f"{place}[1]", -_VALUES, _VALUES)


def _beyond(place: str, met: float, low: float, high: float) -> NoReturn:
    refuse("out_of_bounds", place, met, low=low, high=high)


def _other_unit(key: str, there: Iterable[object]) -> str | None:
    """A key that says the same in another unit: `load_kW` where `load_MW` was asked for."""
    names = {str(each) for each in there}
    others = (f"{key.removesuffix(unit)}{other}" for alike in _UNITS for unit in alike if key.endswith(f"_{unit}")
              for other in alike)  # fmt: skip
    return next((other for other in others if other in names), None)


def _short(value: object) -> str:
    try:
        return _SHORT.repr(value)
    except ValueError:  # a whole number of thousands of digits
        return type(value).__name__


def _no_constant(name: str) -> NoReturn:
    raise Refusal("not_json", met=name, place="—")
