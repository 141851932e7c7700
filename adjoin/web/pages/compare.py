"""Compare: the same facts through both tables, limits clause by clause, one water under two aims."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from adjoin.joint.compare import Alike, Difference, Facts, Measured, bank
from adjoin.loop import compare
from adjoin.loop.compare import RuleSets, Zone
from adjoin.loop.workspace import Workspace
from adjoin.methods.written import as_text
from adjoin.web.address import Address
from adjoin.web.grid import Grid, grid
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, joined, party_name, quantity_name, said, site_name


@dataclass(frozen=True)
class ComparePage(Page):
    """Whether both sides judge alike."""

    template: ClassVar[str] = "compare.html"
    nav: ClassVar[str] = "/compare"

    verdict: Verdict = shown("whether the same facts get the same answer on both sides")
    facts: Grid | None = shown("facts that both tables do not judge alike, with the factors that make the difference")
    asked: int = shown("how many facts were put through both tables")
    clauses: Grid | None = shown("limits that differ")
    conflicts: Grid | None = shown("waters that both sides zone to another class")
    findings: tuple[tuple[str, Both], ...] = shown("the findings of these waters, each of which can go to mediation")
    source: str = shown("where the rule sets come from")


def build(ws: Workspace, ask: Ask) -> ComparePage:
    """The page, from the rule sets of the bundle."""
    sets = compare.rule_sets(ws)
    if sets is None:
        verdict = Verdict("unknown", said("web.compare.none"), said("web.compare.write"))
        return ComparePage(said("web.compare"), verdict, None, 0, None, None, (), "")
    unequal, differ = compare.unequal(ws), compare.differences(ws, ask.now.date())
    both = compare.conflicts(ws)
    count = len(unequal) + len(differ) + len(both)
    state = "bad" if count else "fine"
    names = (party_name(ws.region, ws.party), party_name(ws.region, ws.other))
    return ComparePage(
        title=said("web.compare"),
        verdict=Verdict(
            state,
            said(f"web.compare.{state}", facts=len(unequal), clauses=len(differ), waters=len(both)),
            said("web.compare.swap"),
        ),
        facts=_facts(ws, sets, unequal, names) if unequal else None,
        asked=len(bank(sets.discretion)) if len(sets.discretion) == 2 else 0,
        clauses=_clauses(ws, differ, names) if differ else None,
        conflicts=_conflicts(ws, both) if both else None,
        findings=tuple((each.id, site_name(ws.region, each.site)) for each in compare.findings(ws)),
        source=sets.source,
    )


def _facts(ws: Workspace, sets: RuleSets, unequal: tuple[tuple[Facts, Alike], ...], names: tuple[Both, Both]) -> Grid:
    rows = [
        (
            joined([_fact(sets, name, value) for name, value in facts.items()]),
            *(_fine(found.measured[side]) for side in (ws.party, ws.other)),
            joined([_word(sets, name) for name in found.because]) if found.because else said("web.compare.legal"),
        )
        for facts, found in unequal
    ]
    made = grid("web.compare", ("facts", "one", "other", "because"), rows)
    return Grid((made.columns[0], *names, made.columns[3]), made.rows)


def _fine(measured: Measured) -> Both:
    return said("web.compare.fine_of", yuan=measured.yuan, band=said(f"web.band.{measured.band}"))


def _fact(sets: RuleSets, name: str, value: object) -> Both:
    word = _word(sets, name)
    if value is True:
        return word
    if isinstance(value, Fraction):
        return Both(f"{word.zh} {as_text(value)}", f"{word.en} {as_text(value)}")
    place = said(f"web.fact.{value}")
    return Both(f"{word.zh} {place.zh}", f"{word.en} {place.en}")


def _word(sets: RuleSets, name: str) -> Both:
    words = sets.words.get(name)
    return Both(words["zh"], words["en"]) if words else said(f"web.fact.{name}")


def _clauses(ws: Workspace, differ: tuple[Difference, ...], names: tuple[Both, Both]) -> Grid:
    rows = [
        (
            quantity_name(ws.region, each.quantity),
            said(f"web.class.{each.grade}"),
            *(as_text(each.values[side]) if side in each.values else None for side in (ws.party, ws.other)),
            _difference(ws, each),
        )
        for each in differ
    ]
    made = grid("web.compare", ("quantity", "grade", "one", "other", "difference"), rows)
    return Grid((*made.columns[:2], *names, made.columns[4]), made.rows)


def _difference(ws: Workspace, each: Difference) -> Both:
    if each.stricter is not None:
        return said("web.compare.stricter", party=party_name(ws.region, each.stricter))
    if each.kind == "only_at":
        return said("web.compare.only_at", party=party_name(ws.region, next(iter(each.values))))
    return said("web.compare.since")


def _conflicts(ws: Workspace, both: tuple[tuple[Zone, Zone], ...]) -> Grid:
    rows = [
        (
            site_name(ws.region, one.site),
            *(
                said(
                    "web.compare.zone",
                    party=party_name(ws.region, zone.stretch.side),
                    water=said(f"web.class.{zone.stretch.target}"),
                    since=f"{zone.stretch.since_km:g}",
                    until=f"{zone.stretch.until_km:g}",
                )
                for zone in (one, other)
            ),
        )
        for one, other in both
    ]
    return grid("web.compare", ("section", "zone_one", "zone_other"), rows)


ADDRESSES = (Address("/compare", build, sheet=True),)
