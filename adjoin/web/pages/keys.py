"""The keys of both sides: in force, ending, ended; the root key; and what to do when one is lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from adjoin.loop import keys
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages.books import Part, plainly
from adjoin.web.words import Both, party_name, said, short_time


@dataclass(frozen=True, slots=True)
class KeyView:
    """One key, and how it stands."""

    party: str
    key_id: str
    algorithm: str
    office: str
    since: datetime | None
    until: datetime | None
    state: str
    mine: bool
    public: str


@dataclass(frozen=True)
class KeysPage(Page):
    """Whose keys are known here."""

    template: ClassVar[str] = "books.html"
    nav: ClassVar[str] = "/keys"

    verdict: Verdict = shown("whether the own key is in force and a root key is known")
    keys: tuple[KeyView, ...] = shown("all keys of both sides")
    parts: tuple[Part, ...] = shown("the same as it is laid out on the page", twin=False)


def build(ws: Workspace, ask: Ask) -> KeysPage:
    """The page as it stands now."""
    views = tuple(_view(each) for each in keys.states(ws, now=ask.now))
    parts = tuple(_part(ws, side, [each for each in views if each.party == side]) for side in (ws.party, ws.other))
    about = tuple(
        Part(said(f"web.keys.{name}"), said(f"web.keys.{name}.do"))
        for name in ("hand_over", "lost", "root_lost", "compare")
    )
    return KeysPage(said("web.keys.page"), _verdict(ws, views), views, (*parts, *about))


def _view(each: keys.KeyState) -> KeyView:
    key = each.key
    return KeyView(
        key.party, key.key_id, key.algorithm, key.office, key.since, key.until, each.state, each.mine, key.public.hex()
    )


def _verdict(ws: Workspace, views: tuple[KeyView, ...]) -> Verdict:
    mine = next((each for each in views if each.mine), None)
    if mine is None or mine.state in {"ended", "replaced"}:
        return Verdict("bad", said("web.keys.none"), said("web.keys.none.do"))
    if mine.state == "ends_soon":
        return Verdict("unknown", said("web.keys.soon", time=short_time(mine.until)), said("web.keys.soon.do"))
    if not any(each.state == "root" for each in views if each.party == ws.party):
        return Verdict("unknown", said("web.keys.rootless"), said("web.keys.rootless.do"))
    if not any(each.party == ws.other for each in views):
        return Verdict(
            "unknown",
            said("web.exchange.unknown", other=party_name(ws.region, ws.other)),
            said("web.exchange.unknown.do"),
        )
    return Verdict("fine", said("web.keys.fine"), Both("", ""))


def _part(ws: Workspace, side: str, views: list[KeyView]) -> Part:
    columns = tuple(said(f"web.keys.{name}") for name in ("id", "office", "algorithm", "since", "until", "state"))
    rows = tuple(
        (
            plainly(each.key_id), plainly(each.office), plainly(each.algorithm), plainly(_time(each.since)),
            plainly(_time(each.until)), said(f"web.keys.state.{each.state}"),
        )
        for each in views
    )  # fmt: skip
    return Part(
        said("web.keys.of", party=party_name(ws.region, side)), columns=columns, rows=rows,
        empty=said("web.data.unknown_key"),
    )  # fmt: skip


def _time(at: datetime | None) -> str:
    return "—" if at is None else short_time(at)


ADDRESSES = (Address("/keys", build),)
