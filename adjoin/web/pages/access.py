"""The table of access, as it is asked: who may do what; what no line allows is denied."""

from dataclasses import dataclass
from typing import ClassVar

from adjoin.loop import access
from adjoin.loop.workspace import Workspace
from adjoin.web.address import Address
from adjoin.web.page import Ask, Link, Page, Verdict, shown
from adjoin.web.pages.books import Part, plainly
from adjoin.web.words import Both, said


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: an action on a kind of object in a state, by somebody of a party and an office."""

    object: str
    action: str
    state: str
    party: str
    office: str
    roles: tuple[str, ...]  # who may; nobody else does


@dataclass(frozen=True)
class AccessPage(Page):
    """Who may do what here."""

    template: ClassVar[str] = "books.html"
    nav: ClassVar[str] = "/access"

    verdict: Verdict = shown("that what no line allows is denied")
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
    denied = sum(len(table.roles) - len(each.roles) for each in rules)
    allowed = sum(len(each.roles) for each in rules)
    return AccessPage(
        title=said("web.access"),
        verdict=Verdict("fine", said("web.access.fine", allowed=allowed, denied=denied), Both("", "")),
        roles=table.roles,
        rules=rules,
        parts=(_part("own", table.roles, rules), _part("other", table.roles, rules)),
    )


def _part(party: str, roles: tuple[str, ...], rules: tuple[Rule, ...]) -> Part:
    columns = (*(said(f"web.access.{name}") for name in ("object", "action", "state", "office")), *map(_role, roles))
    shown_ = [each for each in rules if each.party == party and each.roles]
    rows = tuple(
        (
            said(f"web.access.object.{each.object}"), plainly(each.action), plainly(each.state),
            said(f"web.access.office.{each.office}"), *(plainly("●" if role in each.roles else "–") for role in roles),
        )
        for each in shown_
    )  # fmt: skip
    links = (Link(said("web.me"), "/me"),) if party == "own" else ()
    return Part(said(f"web.access.{party}"), said(f"web.access.{party}.about"), columns=columns, rows=rows, links=links)


def _role(role: str) -> Both:
    return said(f"web.access.role.{role}")


ADDRESSES = (Address("/access", build),)
