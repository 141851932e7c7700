"""Scenario: what a cut here or a release there would change at every section below, the same on both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import ClassVar
from urllib.parse import urlencode

from adjoin.core.entry import fingerprint
from adjoin.core.evidence import Evidence
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.site import Section
from adjoin.loop import scenario
from adjoin.loop.scenario import Effect, Scenario
from adjoin.loop.workspace import Workspace
from adjoin.web import scenario_form
from adjoin.web.address import Address
from adjoin.web.desk_form import Choice
from adjoin.web.lines import Cited, cited
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages.refused import refused
from adjoin.web.pages.section import side_words
from adjoin.web.scenario_words import figure, flow_status
from adjoin.web.words import Both, name_of, party_name, said

CAVEATS = ("flow", "speed", "linear", "share")
COLUMNS = (
    "section", "section_zh", "section_en", "party", "km", "hours", "part", "flow_m3s", "flow_status",
    "mg_l_half_flow", "mg_l_mean_flow", "mg_l_twice_flow",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Below:
    """One section below; what rests on a flow that nobody gave is left out."""

    section: str
    name: Both
    href: str
    river: Both
    party: Both
    border: Both | None  # between whom it stands
    place_status: Both
    km: float
    hours: float | None
    part: float | None  # that arrives, of the nearest change
    flow_m3s: float | None
    flow_status: Both
    mg_l: tuple[float, float, float] | None  # at half, at and at twice the mean flow
    by_party: tuple[float, ...]  # of the middle one, in the order of the page's parties


@dataclass(frozen=True)
class ScenarioPage(Page):
    """Some changes of load, and what they do at every section below."""

    template: ClassVar[str] = "scenario.html"
    nav: ClassVar[str] = "/scenario"

    verdict: Verdict = shown("what the changes do at the border between the two sides")
    typed: Mapping[str, str] = shown("what was typed, as it was typed")
    query: str = shown("the same as the tail of an address that can be kept")
    error: dict[str, str | dict[str, str]] | None = shown("why there is no answer: met, expected, do")
    asked: tuple[Both, ...] = shown("the changes and the loss that were asked for, in words")
    parties: tuple[tuple[str, Both], ...] = shown("on whose territory the changes stand; this side first")
    below: tuple[Below, ...] = shown("every automatic section below, the nearest first")
    caveats: tuple[Both, ...] = shown("what always stands beside it")
    evidence: tuple[Cited, ...] = shown("what it rests on, with a fingerprint that both sides can compare")
    places: tuple[Choice, ...] = shown("the sites that the form offers", twin=False)

    @property
    def mistyped(self) -> bool:
        """Whether there is an error."""
        return self.error is not None

    @property
    def answered(self) -> bool:
        """Whether there is an answer."""
        return bool(self.asked)


def build(ws: Workspace, ask: Ask) -> ScenarioPage:
    """The page for what was typed; a change that cannot be is told in the form, and nothing typed is lost."""
    typed = {name: ask.query[name] for name in scenario_form.FIELDS if name in ask.query}
    found, error = _answered(ws, typed) if typed else (None, None)
    parties = _parties(ws, found.effects) if found else ()
    query = urlencode(typed)
    return ScenarioPage(
        title=said("web.scenario"),
        verdict=_verdict(ws.region, found),
        typed=typed,
        query=query,
        error=refused(error).error if error else None,
        asked=_asked(ws.region, found) if found else (),
        parties=tuple((party, party_name(ws.region, party)) for party in parties),
        below=tuple(_below(ws, each, parties) for each in found.effects) if found else (),
        caveats=tuple(said(f"web.scenario.caveat.{name}") for name in CAVEATS),
        evidence=tuple(cited(ws.region, each) for each in rests(ws.region, query)),
        places=scenario_form.places(ws),
    )


def table(page: ScenarioPage) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The sections below as a table to take away; refused where there is no answer."""
    if not page.answered:
        raise Refusal("scenario_not_asked")
    columns = (*COLUMNS, *(f"mg_l_by_{party}" for party, _ in page.parties))
    rows: list[tuple[object, ...]] = [
        (row.section, *row.name, row.party.en, row.km, row.hours, row.part, row.flow_m3s, row.flow_status.en)
        + (row.mg_l or ("", "", ""))
        + (row.by_party or ("",) * len(page.parties))
        for row in page.below
    ]
    return columns, rows


def rests(region: Region, query: str) -> tuple[Evidence, ...]:
    """What an answer rests on: the network of the bundle, and the program on this question."""
    network = said("web.scenario.rests.network", name=region.name)
    asked = fingerprint({"asked": query, "bundle": region.fingerprint})
    return (
        Evidence("bundle", region.name, network.zh, network.en, fingerprint=region.fingerprint),
        Evidence("code", f"adjoin {version('adjoin')}", fingerprint=asked),
    )


def _answered(ws: Workspace, typed: Mapping[str, str]) -> tuple[Scenario | None, Refusal | None]:
    try:
        return scenario.scenario(ws, scenario_form.changes(ws, typed), scenario_form.decay(typed)), None
    except Refusal as refusal:
        return None, refusal


def _asked(region: Region, found: Scenario) -> tuple[Both, ...]:
    changes = [
        said("web.scenario.change", place=name_of(region.site(each.place)), kg=_kilograms(each.kg_d))
        for each in found.changes
    ]
    loss = said("web.scenario.loss", decay=f"{found.decay_per_d:g}") if found.decay_per_d else None
    return (*changes, loss or said("web.scenario.lossless"))


def _kilograms(kg: float) -> str:
    return f"{kg:+,.10g}".replace("-", "−").replace(",", " ")


def _parties(ws: Workspace, effects: Sequence[Effect]) -> tuple[str, ...]:
    """Both sides, this one first; then whoever else a change stands with."""
    others = sorted({party for each in effects for party in each.by_party or ()} - {ws.party, ws.other})
    return (ws.party, ws.other, *others)


def _verdict(region: Region, found: Scenario | None) -> Verdict:
    if found is None:
        return Verdict("unknown", said("web.scenario.ask"), said("web.scenario.ask.about"), "ask")
    known = [(each, each.mg_l[1]) for each in found.effects if each.mg_l is not None]
    if not known:
        return Verdict("unknown", said(f"web.scenario.{'no_flow' if found.effects else 'none_below'}"), Both("", ""))
    felt = [(each, mg_l) for each, mg_l in known if mg_l]
    if not felt:
        return Verdict("unknown", said("web.scenario.nothing"), Both("", ""), "what_if")
    borders = [(each, mg_l) for each, mg_l in felt if _between_sides(region, each)]
    told = [_change(each, mg_l) for each, mg_l in (borders or felt[:1])]
    parts = Both("；".join(each.zh for each in told), "; ".join(each.en for each in told))
    say = said(f"web.scenario.{'border' if borders else 'inner'}", parts=parts)
    return Verdict("unknown", say, said("web.scenario.by_flow"), "what_if")


def _change(effect: Effect, mg_l: float) -> Both:
    key = "web.scenario.takes_off" if mg_l < 0 else "web.scenario.adds"
    return said(key, site=name_of(effect.section), mg=figure(abs(mg_l)))


def _between_sides(region: Region, effect: Effect) -> bool:
    section = Section.of(effect.section)
    return {section.upstream, section.downstream} == set(region.sides)


def _below(ws: Workspace, effect: Effect, parties: Sequence[str]) -> Below:
    section = Section.of(effect.section)
    return Below(
        section=effect.section.id,
        name=name_of(effect.section),
        href=f"/section/{effect.section.id}",
        river=Both(section.river_zh, section.river_en),
        party=party_name(ws.region, effect.party),
        border=side_words(ws, section) if section.on_border else None,
        place_status=said(f"web.status.{effect.section.place.status}"),
        km=round(effect.km, 1),
        hours=effect.hours,
        part=effect.survival,
        flow_m3s=effect.flow_m3s,
        flow_status=flow_status(ws.region.network.reaches.get(effect.section.place.reach or "")),
        mg_l=effect.mg_l,
        by_party=() if effect.by_party is None else tuple(effect.by_party.get(party, 0.0) for party in parties),
    )


ADDRESSES = (Address("/scenario", build, asks=scenario_form.FIELDS, sheet=True, table=table),)
