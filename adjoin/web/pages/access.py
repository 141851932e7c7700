"""The table of access, as it is asked: who may do what; what no line allows is denied."""

from dataclasses import dataclass
from typing import ClassVar

from adjoin.formats.messages import messages
from adjoin.loop import access
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.page import Ask, Link, Page, Verdict, shown
from adjoin.web.pages.books import Part, plainly
from adjoin.web.words import Both, joined, said


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: an action on a kind of object in a state, by somebody of a party and an office."""

    object: str
    action: str
    state: str
    party: str
    office: str
    roles: tuple[str, ...]  # who may; nobody else does


@dataclass(frozen=True, slots=True)
class May:
    """What a role may do, in words: each kind of thing with its actions."""

    role: str
    name: Both
    does: tuple[Both, ...]


@dataclass(frozen=True)
class AccessPage(Page):
    """Who may do what here."""

    template: ClassVar[str] = "access.html"
    nav: ClassVar[str] = "/access"

    verdict: Verdict = shown("that reading is free, and who may act")
    may: tuple[May, ...] = shown("what somebody of each role may do here")
    roles: tuple[str, ...] = shown("the roles there are")
    rules: tuple[Rule, ...] = shown("every cell of the table, gathered by role")
    parts: tuple[Part, ...] = shown("the same as it is laid out on the page", twin=False)


def build(ws: Workspace, ask: Ask) -> AccessPage:  # noqa: ARG001  # every page is asked the same way
    """The page as it stands now."""
    table = access.access(ws)
    rules = tuple(
        Rule(*line[:5], tuple(role for role, may in zip(table.roles, line[5], strict=True) if may))
        for line in table.printed()
    )
    acting = tuple(role for role in table.roles if _acts(role, rules))
    return AccessPage(
        title=said("web.access"),
        verdict=Verdict(
            "fine", said("web.access.fine", roles=joined([_role(role) for role in acting])), said("web.access.turn")
        ),
        may=tuple(_may(role, rules) for role in table.roles),
        roles=table.roles,
        rules=rules,
        parts=(_part("own", table.roles, rules), _part("other", table.roles, rules)),
    )


def _part(party: str, roles: tuple[str, ...], rules: tuple[Rule, ...]) -> Part:
    columns = (*(said(f"web.access.{name}") for name in ("object", "action", "state", "office")), *map(_role, roles))
    shown_ = [each for each in rules if each.party == party and each.roles]
    rows = tuple(
        (
            said(f"web.access.object.{each.object}"), _word("action", each.action), _word("state", each.state),
            said(f"web.access.office.{each.office}"), *(plainly("●" if role in each.roles else "–") for role in roles),
        )
        for each in shown_
    )  # fmt: skip
    links = (Link(said("web.me"), "/me"),) if party == "own" else ()
    return Part(said(f"web.access.{party}"), said(f"web.access.{party}.about"), columns=columns, rows=rows, links=links)


def _acts(role: str, rules: tuple[Rule, ...]) -> bool:
    """Whether a role may act for its side in what both sides share, beyond its own account."""
    return any(role in each.roles for each in rules if each.party == "own" and each.object in {"case", "message"})


def _may(role: str, rules: tuple[Rule, ...]) -> May:
    mine = [each for each in rules if each.party == "own" and each.office == "own" and role in each.roles]
    by_object: dict[str, list[str]] = {}
    for each in mine:
        by_object.setdefault(each.object, []).append(each.action)
    does = tuple(
        said(
            "web.access.does",
            object=said(f"web.access.object.{name}"),
            actions=joined([_word("action", action) for action in dict.fromkeys(actions)]),
        )
        for name, actions in by_object.items()
    )
    return May(role, _role(role), does)


def _word(kind: str, code: str) -> Both:
    """A word of the table as people say it; a table that a workspace brings may have others."""
    key = f"web.access.{kind}.{code}"
    return said(key) if key in messages().says else plainly(code)


def _role(role: str) -> Both:
    return said(f"web.access.role.{role}")


ADDRESSES = (Address("/access", build),)
