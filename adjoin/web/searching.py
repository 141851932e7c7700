"""What else carries the words somebody looks for: cases, places of the registers, cities, methods, agreements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from adjoin.core.site import Site
from adjoin.doors import registry
from adjoin.formats import agreements as published
from adjoin.loop import city, settle
from adjoin.loop.workspace import Workspace
from adjoin.web import answer_words
from adjoin.web.lines import case_lines
from adjoin.web.page import Link
from adjoin.web.words import Both, name_of, said

MOST = 12  # of a kind


@dataclass(frozen=True, slots=True)
class Found:
    """Things of one kind that carry the words."""

    kind: Both
    links: tuple[Link, ...]
    count: int


def elsewhere(ws: Workspace, words: str, now: datetime, seen: frozenset[str]) -> tuple[Found, ...]:
    """What carries some words beside the sections that a list shows already.

    seen : the sections of that list, by their id
    """
    asked = words.casefold()
    kinds = {
        "cases": _cases(ws, now),
        "cities": ((f"/city/{site.id}", name_of(site), ()) for site in city.cities(ws)),
        "register": _places(ws, seen),
        "agreements": _agreements(ws),
        "compute": ((f"/compute/{method}", answer_words.name(method), ()) for method in registry.methods()),
    }
    found = (_found(kind, _carrying(things, asked)) for kind, things in kinds.items())
    return tuple(each for each in found if each.count)


def _found(kind: str, links: list[Link]) -> Found:
    return Found(said(f"web.found.{kind}"), tuple(links[:MOST]), len(links))


def _carrying(things: Iterable[tuple[str, Both, tuple[str, ...]]], asked: str) -> list[Link]:
    """Those in whose address, name or other words the words stand."""
    return [
        Link(name, href)
        for href, name, more in things
        if any(asked in each.casefold() for each in (href, *name, *more))
    ]


def _cases(ws: Workspace, now: datetime) -> Iterable[tuple[str, Both, tuple[str, ...]]]:
    for line in case_lines(ws, now):
        title = said("web.case.title", site=line.site_name, procedure=line.procedure_name)
        yield line.href, Both(f"{title.zh} {line.id}", f"{title.en} {line.id}"), (*line.quantity_name,)


def _places(ws: Workspace, seen: frozenset[str]) -> Iterable[tuple[str, Both, tuple[str, ...]]]:
    for site in ws.region.sites.values():
        if site.id not in seen and site.kind != "city":
            yield _address(site), name_of(site), ()


def _address(site: Site) -> str:
    return f"/section/{site.id}" if site.kind == "section" else f"/site/{site.id}"


def _agreements(ws: Workspace) -> Iterable[tuple[str, Both, tuple[str, ...]]]:
    own = {name: each.agreement for name, each in settle.agreements(ws).items()}
    for agreement in ({**published.agreements(), **own}).values():
        title = Both(agreement.title["zh"], agreement.title["en"])
        yield f"/agreement/{agreement.name}", title, agreement.parties
