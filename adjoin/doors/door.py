"""A door: one method of Adjoin behind JSON, with what is needed to understand its answer."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass

Answer = Mapping[str, object]
Asked = Mapping[str, object]
Report = Callable[[float], None]

REPORT: ContextVar[Report | None] = ContextVar("report", default=None)  # set by whoever waits for a long answer


def progress(share: float) -> None:
    """Say how much of a long answer is done, from 0 to 1; nobody may be listening."""
    report = REPORT.get()
    if report is not None:
        report(share)


@dataclass(frozen=True, slots=True)
class Symbol:
    """One letter of a formula or key of a question: its unit, and what it is in both languages."""

    name: str
    unit: str  # "" where it has none
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a method gives, by which formula, in which symbols, and where that is written."""

    what_zh: str
    what_en: str
    formula: str
    symbols: tuple[Symbol, ...]
    source: str

    def as_json(self, lang: str) -> dict[str, object]:
        """The explanation in one language."""
        english = lang == "en"
        return {
            "what": self.what_en if english else self.what_zh,
            "formula": self.formula,
            "symbols": [{"name": s.name, "unit": s.unit, "say": s.en if english else s.zh} for s in self.symbols],
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Door:
    """A method, the function that answers a JSON object (or raises a Refusal), and its explanation."""

    method: str
    answer: Callable[[Asked], Answer]
    explain: Explanation
    long: bool = False  # takes longer than a reader waits: its page answers it as a job
    picture: str = ""  # "none", or which picture of the answer is drawn, where its shape alone would not tell
