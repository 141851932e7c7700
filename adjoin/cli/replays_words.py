"""What the sections of the replays page share: facts, tables, verdicts, clocks."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from adjoin.cli.markdown import table

Facts = Mapping[str, Any]
_LARGE = 1000
_VERDICTS = {
    "inside": "中 hit",
    "above": "不中，观测偏高或偏晚 miss, seen higher or later",
    "below": "不中，观测偏低或偏早 miss, seen lower or earlier",
}


def facts(name: str) -> Facts:
    """The facts of one replay."""
    found: Facts = json.loads((files("adjoin") / "data" / "replays" / f"{name}.json").read_text("utf-8"))
    return found


def section(given: Facts, *parts: str) -> str:
    """A section of the page, under the title of its facts."""
    return "\n\n".join((f"## {both(given['title'])}", *parts))


def both(words: Facts) -> str:
    """A text in both languages."""
    return f"{words['zh']} · {words['en']}"


def lacks(given: Facts) -> str:
    """What the model lacks, a line each."""
    return "缺少 What is lacking\n\n" + "\n".join(f"- {both(row)}" for row in given["lacks"])


def unanswered(given: Facts) -> str:
    """What cannot be answered, and why."""
    rows = ((both(row["what"]), both(row["because"])) for row in given["unanswered"])
    return "不能回答 Not answerable\n\n" + table(("问题 question", "因为 because"), rows)


def sources(given: Facts) -> str:
    """Where the facts were told."""
    told = given["sources"]
    lines = [f"{key}: {value}" for key, value in told.items()] if isinstance(told, dict) else told
    return "出处 Sources: " + "; ".join(lines)


def three(value: float) -> str:
    """A number with three digits that count."""
    return f"{value:.0f}" if abs(value) >= _LARGE else f"{value:.3g}"


def band(values: Iterable[float], say: Callable[[float], str] = three) -> str:
    """P5, P50 and P95."""
    return " … ".join(map(say, values))


def said(verdict: str) -> str:
    """A verdict in both languages."""
    return _VERDICTS[verdict]


def score(verdicts: Sequence[str]) -> str:
    """How many were hit, of how many."""
    return f"{verdicts.count('inside')}/{len(verdicts)}"


@dataclass(frozen=True, slots=True)
class Since:
    """A clock that counts seconds from a moment."""

    start: datetime

    @classmethod
    def of(cls, text: str) -> "Since":
        """From a moment as it is written in the facts."""
        return cls(datetime.fromisoformat(text))  # local time of the river, everywhere on it the same

    def seconds(self, text: str) -> float:
        """The seconds until a moment of the facts."""
        return (datetime.fromisoformat(text) - self.start).total_seconds()

    def say(self, seconds: float) -> str:
        """Month, day and hour."""
        return f"{self.start + timedelta(seconds=seconds):%m-%d %H:%M}"

    def hour(self, seconds: float) -> str:
        """Month, day and the nearest hour, for what is known no better."""
        return f"{self.start + timedelta(hours=round(seconds / 3600)):%m-%d %H}"
