"""An observation as a line of columns, and back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from adjoin.core.observation import Observation, Stored
from adjoin.core.period import ZONE

DIGITS = 6  # storage digits of a quantity that nobody describes


def cells(row: Observation, digits: Mapping[str, int]) -> tuple[object, ...]:
    """The columns of an observation, but for its order."""
    stored = Stored.of(row.value, digits.get(row.quantity, DIGITS))
    return (
        row.site, row.quantity, seconds(row.time), stored.count, stored.digits, stored.text, row.unit, row.origin,
        microseconds(row.received), row.method, row.pretreatment, row.flag,
    )  # fmt: skip


def observation(row: Sequence[Any], digits: Mapping[str, int]) -> Observation:
    """The observation of such columns."""
    site, quantity, time, count, printed, text, unit, origin, received, method, pretreatment, flag = row
    value = Stored(count, printed, text).printed(digits.get(quantity, DIGITS))
    when = datetime.fromtimestamp(received / 1e6, UTC).astimezone(ZONE)
    return Observation(site, quantity, moment(time), value, unit, origin, when, method, pretreatment, flag)


def seconds(moment: datetime) -> int:
    """Seconds since 1970."""
    return int(moment.timestamp())


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return round(moment.timestamp() * 1e6)


def moment(seconds: int) -> datetime:
    """China time."""
    return datetime.fromtimestamp(seconds, ZONE)
