"""What the pages of the ledger are made of: parts with facts, a table and links, shown by one template."""

from dataclasses import dataclass

from adjoin.web.page import Link
from adjoin.web.words import Both


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a page: what it is about, facts, a table, links; what is said where there is nothing."""

    title: Both
    about: Both = Both("", "")
    facts: tuple[tuple[Both, Both], ...] = ()
    columns: tuple[Both, ...] = ()
    rows: tuple[tuple[Both, ...], ...] = ()
    links: tuple[Link, ...] = ()
    empty: Both = Both("", "")
    stop: Both = Both("", "")  # something that is wrong, and what to do


def plainly(value: object) -> Both:
    """What is the same in both languages: a number, a code, a fingerprint."""
    return Both(str(value), str(value))
