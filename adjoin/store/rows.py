"""An observation as a line of columns, and back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from adjoin.core.observation import Observation, Stored
from adjoin.core.period import ZONE

K = TypeVar("K")
V = TypeVar("V")
DIGITS = 6  # storage digits of a quantity that nobody describes


def cells(row: Observation, digits: Mapping[str, int]) -> tuple[object, ...]:
    """The columns of an observation, but for its order."""
    stored = Stored.of(row.value, digits.get(row.quantity, DIGITS))
    return (
        row.site, row.quantity, seconds(row.time), stored.count, stored.digits, stored.text, row.unit, row.origin,
        microseconds(row.received), row.method, row.pretreatment, row.flag,
    )  # fmt: skip


class _Made(dict[K, V]):
    """What was made of a thing is not made again."""

    def __init__(self, make: Callable[[K], V]) -> None:
        self._make = make

    def __missing__(self, key: K) -> V:
        made = self[key] = self._make(key)
        return made


def observations(rows: Iterable[Sequence[Any]], digits: Mapping[str, int]) -> Iterator[Observation]:
    """The observations of such columns; times and values that come again are shared."""

    def value(said: tuple[str, int | None, int, str | None]) -> str | None:
        return Stored(*said[1:]).printed(digits.get(said[0], DIGITS))

    values, moments, receipts = _Made(value), _Made(moment), _Made(_receipt)
    for site, quantity, time, count, printed, text, unit, origin, received, method, pretreatment, flag in rows:
        yield Observation(
            site, quantity, moments[time], values[quantity, count, printed, text], unit, origin, receipts[received],
            method, pretreatment, flag,
        )  # fmt: skip


def _receipt(received: int) -> datetime:
    return datetime.fromtimestamp(received / 1e6, ZONE)


def seconds(moment: datetime) -> int:
    """Seconds since 1970."""
    return int(moment.timestamp())


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return round(moment.timestamp() * 1e6)


def moment(seconds: int) -> datetime:
    """China time."""
    return datetime.fromtimestamp(seconds, ZONE)
