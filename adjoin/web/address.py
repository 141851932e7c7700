"""Where a page is read: a module of `pages` says it once, at its end, and reading follows.

    ADDRESSES = (Address("/city", all_cities, asks=("period",)), Address("/city/{city}", build, sheet=True))

Every address answers as HTML and as `.json`; printed ones as `.pdf`, tables as `.csv`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adjoin.loop.workspace import Workspace
from adjoin.web.page import Ask, Page

Build = Callable[[Workspace, Ask], Page]
Table = Callable[..., tuple[tuple[str, ...], list[tuple[object, ...]]]]  # of the page: its columns and its rows


@dataclass(frozen=True, slots=True)
class Address:
    """A place where a page is read: who makes it, what it may be asked, and which files it gives."""

    path: str  # "/sections"; with a subject "/section/{section}"
    build: Build
    asks: tuple[str, ...] = ()  # the words it hears behind "?", beside the language; it hears no others
    sheet: bool = False  # whether it is printed
    table: Table | None = None

    @property
    def stem(self) -> str:
        """What stands before its subject."""
        return self.path.partition("{")[0]

    @property
    def endings(self) -> tuple[str, ...]:
        """How an address of it may end."""
        printed, told = (".pdf",) if self.sheet else (), (".csv",) if self.table else ()
        return ("", ".json", *printed, *told)


def ending(name: str) -> tuple[str, str]:
    """A name without the ending of a file, and that ending."""
    found = next((each for each in (".json", ".pdf", ".csv") if name.endswith(each)), "")
    return name.removesuffix(found), found


def heard(address: Address, query: Mapping[str, str]) -> dict[str, str]:
    """What an address hears of a query: its own words, each no longer than a name or a period is."""
    return {name: value[:120] for name in address.asks if (value := query.get(name))}
