"""A page is a frozen object whose fields explain themselves; its HTML and its JSON come from the same object.

It holds what is said in both languages, so that one object serves all readers; the language is chosen when it
is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from adjoin.web.words import Both


def shown(help_text: str, *, twin: bool = True) -> Any:  # noqa: ANN401  # it stands where the field's own type is written
    """A field of a page, with what it tells the reader; `twin`: whether it stands in the JSON as well."""
    return field(metadata={"help": help_text}, repr=twin)


@dataclass(frozen=True)
class Page:
    """What every page has: a name, and a template that shows it."""

    template: ClassVar[str]
    nav: ClassVar[str] = ""  # which line of the menu it stands under

    title: Both = shown("what the page is called")

    @property
    def drill(self) -> bool:
        """Whether it tells of an exercise, so that it is striped on the screen and on paper."""
        return False

    @property
    def mistyped(self) -> bool:
        """Whether it tells what is wrong with what was typed, beside its form."""
        return False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The first thing read: fine, bad or not known; said in one sentence, and whose turn it is in the next."""

    state: str  # "fine", "bad", "unknown"
    say: Both
    turn: Both
    label: str = ""  # key of the word in the mark, where it is not that of the state


@dataclass(frozen=True, slots=True)
class Link:
    """Words with an address."""

    say: Both
    href: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What a reader asked for: when, what of, and with which words."""

    now: datetime
    subject: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)


def plain(value: object) -> Any:  # noqa: ANN401  # any JSON value
    """An object as plain JSON values."""
    if isinstance(value, Both):
        return {"zh": value.zh, "en": value.en}
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value) if each.repr}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def helps(page: type[Page]) -> Mapping[str, str]:
    """What each field of a page tells the reader."""
    return {each.name: each.metadata.get("help", "") for each in fields(page)}
