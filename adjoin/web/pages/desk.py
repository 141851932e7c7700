"""The emergency desk in the order of the first fifteen minutes: where is it, when does it arrive, who has confirmed?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from adjoin.core.evidence import Evidence
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.core.rule import Clock as Limit
from adjoin.core.rule import Procedure
from adjoin.core.site import Site
from adjoin.formats import emergency
from adjoin.formats.emergency import Substance
from adjoin.loop import arrivals, respond
from adjoin.loop.arrivals import Arrival, AtBank
from adjoin.loop.respond import Desk
from adjoin.loop.workspace import Workspace
from adjoin.web import desk_form
from adjoin.web.address import Address
from adjoin.web.desk_form import Choice, kind_of
from adjoin.web.desk_views import (
    Answer,
    BankRow,
    Border,
    Card,
    Clock,
    FlowView,
    Hold,
    Message,
    Question,
    Rest,
    Row,
    Sample,
)
from adjoin.web.desk_watch import watches
from adjoin.web.desk_words import (
    amounts,
    figures,
    hour,
    left,
    mass_words,
    odds,
    place_words,
    reason,
    substance_words,
    where_words,
)
from adjoin.web.lines import case_lines
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages.refused import refused
from adjoin.web.scenario_words import flow_known
from adjoin.web.words import Both, after, clause_words, joined, moment, name_of, party_name, said, site_name, word


@dataclass(frozen=True)
class DeskPage(Page):
    """The emergency desk: a form, and once it is filled in, the answer."""

    template: ClassVar[str] = "desk.html"
    nav: ClassVar[str] = "/desk"

    verdict: Verdict = shown("where it goes and when it arrives first; by when the first report is due")
    now: datetime = shown("the moment that everything here was reckoned from")
    typed: Mapping[str, str] = shown("what was typed, as it was typed")
    query: str = shown("the same as the tail of an address that can be kept")
    error: dict[str, str | dict[str, str]] | None = shown("why there is no answer: met, expected, do")
    answer: Answer | None = shown("the answer, in the order of the first fifteen minutes")
    places: tuple[Choice, ...] = shown("the places that the form offers", twin=False)
    substances: tuple[Choice, ...] = shown("the substances that the form offers", twin=False)

    @property
    def answered(self) -> bool:
        """Whether there is something to print."""
        return self.answer is not None

    @property
    def drill(self) -> bool:
        """Whether this is an exercise."""
        return bool(self.typed.get("drill"))

    @property
    def mistyped(self) -> bool:
        """Whether there is an error."""
        return self.error is not None

    @property
    def placed(self) -> bool:
        """Whether a place was chosen, on a map say, and nothing else was typed yet."""
        return not self.typed.keys() - {"place", "drill"}

    @property
    def evidence(self) -> Evidence:
        """What a message on it cites: the same question, so that the other side can ask it of its own desk."""
        place = self.answer.place if self.answer else Both("", "")
        say = said("web.desk.evidence", place=place, time=moment(self.now))
        return Evidence("desk", self.query, say.zh, say.en)


def build(ws: Workspace, ask: Ask) -> DeskPage:
    """The desk for what was typed; an event that cannot be is told in the form, and nothing typed is lost."""
    typed = typed_in(ask)
    answer, error = _answered(ws, typed, ask.now) if typed.keys() - {"drill"} else (None, None)
    return DeskPage(
        title=said("web.desk"),
        verdict=_verdict(ws, answer, ask.now),
        now=ask.now.astimezone(ZONE),
        typed=typed,
        query=urlencode(typed),
        error=refused(error).error if error else None,
        answer=answer,
        places=ws.computed("desk places", lambda: desk_form.places(ws)),
        substances=desk_form.substances(),
    )


def typed_in(ask: Ask) -> dict[str, str]:
    """What was typed, as far as the desk asks for it."""
    return {name: ask.query[name] for name in desk_form.FIELDS if name in ask.query}


def answer_of(ws: Workspace, typed: Mapping[str, str], now: datetime) -> Answer:
    """The answer for what was typed; an event that cannot be is refused."""
    if not typed.keys() - {"drill"}:
        raise Refusal("desk_not_asked")
    return _answer(ws, respond.desk(ws, desk_form.asked(ws, typed, now), now=now), typed, now)


def _answered(ws: Workspace, typed: Mapping[str, str], now: datetime) -> tuple[Answer | None, Refusal | None]:
    try:
        return answer_of(ws, typed, now), None
    except Refusal as refusal:
        return None, refusal


def _answer(ws: Workspace, desk: Desk, typed: Mapping[str, str], now: datetime) -> Answer:
    return Answer(
        place=place_words(ws.region, desk),
        where=where_words(ws.region, desk),
        basis=_basis(desk),
        checks=tuple(_question(each) for each in desk.checks),
        messages=tuple(_message(ws.region.procedures[name], now) for name in _procedures(ws)),
        site=desk.case_site,
        site_name=site_name(ws.region, desk.case_site),
        quantity=desk.substance.code if desk.substance else "",
        reason=reason(ws.region, desk),
        clock=_clock(desk, now),
        flow=_flow(desk, now),
        rows=tuple(_row(ws, each, now) for each in desk.arrivals),
        holds=tuple(
            Hold(name_of(site), time, left(now, time), site.attributes.get("phone", ""))
            for site, time in desk.containments
        ),
        sampling=tuple(Sample(name_of(e.site), e.since, e.until, f"{e.every_h:g}") for e in desk.sampling),
        borders=tuple(_border(ws, each) for each in desk.borders),
        card=_card(desk.substance, applies=desk.applies) if desk.substance else None,
        warnings=tuple(said(key) for key in desk.warnings),
        rests=_rests(ws, desk),
        cases=tuple(
            case
            for case in case_lines(ws, now)
            if case.site == desk.case_site and case.procedure in respond.MESSAGES
            if case.outcome is None and case.drill == desk.asked.drill
        ),
        watches=watches(ws, typed, now),
        desk=desk,
    )


def _procedures(ws: Workspace) -> list[str]:
    return [name for name in respond.MESSAGES if name in ws.region.procedures]


def _verdict(ws: Workspace, answer: Answer | None, now: datetime) -> Verdict:
    if answer is None:
        return Verdict("unknown", said("web.desk.ask"), said("web.desk.ask.about"), "ask")
    ahead = [row for row in answer.rows if row.arrival[1] > now]
    clock = answer.clock
    turn = said("web.desk.report", due=hour(clock.due), to=clock.to) if clock.due else said("web.desk.report_unset")
    if not answer.rows:
        return Verdict("bad", said("web.desk.none_below", place=answer.place), turn, "event")
    first = min(ahead or answer.rows, key=lambda row: row.arrival[0])
    facts = {"place": answer.place, "site": first.name, "party": first.party, "time": hour(first.arrival[0])}
    key = "verdict_past" if not ahead else "verdict" if first.arrival[0] > now else "verdict_now"
    say = said(f"web.desk.{key}", **facts, middle=hour(first.arrival[1]))
    return Verdict("bad", after(say, _sides(ws, answer.desk)), turn, "event")


def _sides(ws: Workspace, desk: Desk) -> Both:
    """When it reaches the first border, where it reaches one."""
    if not desk.borders:
        return said("web.desk.stays")
    first = next((each for each in desk.borders if {each.above, each.below} <= set(ws.region.sides)), desk.borders[0])
    names = {"above": party_name(ws.region, first.above), "below": party_name(ws.region, first.below)}
    return said("web.desk.crosses", km=f"{first.km:g}", **names)


def _border(ws: Workspace, crossing: respond.Crossing) -> Border:
    above, below = (party_name(ws.region, each) for each in (crossing.above, crossing.below))
    say = Both(f"{above.zh} → {below.zh}", f"{above.en} → {below.en}")
    return Border(crossing.km, say, {crossing.above, crossing.below} <= set(ws.region.sides))


def _basis(desk: Desk) -> tuple[Both, ...]:
    asked = desk.asked
    return (
        said("web.desk.began", time=moment(asked.start), hours=f"{asked.duration_h:g}"),
        mass_words(desk),
        said("web.desk.of", substance=substance_words(desk)),
        said(f"web.desk.bank.{asked.bank}"),
    )


def _question(check: respond.Check) -> Question:
    """A check with its fact; where the books hold none, that is said."""
    return Question(
        said(check.key, fact=check.fact or said("web.desk.no_fact")), f"/section/{check.site}" if check.site else None
    )


def _message(procedure: Procedure, now: datetime) -> Message:
    first = procedure.open_moves(procedure.start, {})[0]
    return Message(
        procedure=procedure.name,
        name=word(procedure, procedure.name),
        when=said(f"web.desk.when.{procedure.name}"),
        first=word(procedure, first.name),
        clocks=tuple(_follows(word(procedure, move), clock, now) for move, clock in first.within.items()),
        since=procedure.since.isoformat() if procedure.since else "—",
        status=procedure.status,
    )


def _follows(move: Both, limit: Limit, now: datetime) -> Both:
    """What has to follow a first message, and, where its clock runs in hours, by when if it is sent now."""
    facts = {"move": move, "length": said(f"web.clock.{limit.kind}", count=limit.count)}
    if limit.kind != "hours":
        return said("web.desk.within", **facts)
    return said("web.desk.within_by", **facts, due=hour(now + timedelta(hours=limit.count)))


def _clock(desk: Desk, now: datetime) -> Clock:
    law, due = desk.reporting, desk.report_by
    hours = law.hours(large=bool(desk.grounds))
    row = next(each for each in law.clocks if float(each["hours"]) == hours)
    return Clock(
        hours=hours,
        due=due,
        left=left(now, due) if due else Both("—", "—"),
        late=due is not None and due < now,
        to=Both(row["to_zh"], row["to_en"]),
        law=Both(f"{law.title['zh']} {law.name}", f"{law.title['en']}, {law.name}"),
        status=law.status,
        grounds=(
            *((Both(each["zh"], each["en"]), each["key"] in desk.grounds) for each in law.counts_as_large),
            *((Both(each["zh"], each["en"]), False) for each in law.also_large),  # no fact tells these: people say
        ),
        neighbours=Both(law.neighbours["zh"], law.neighbours["en"]),
        chain=Both(law.chain["zh"], law.chain["en"]),
    )


def _flow(desk: Desk, now: datetime) -> FlowView:
    flow, read = desk.flow, desk.asked.flow_at
    if not flow.entered:
        say = said("web.desk.flow.mean", status=said(f"web.status.{flow.status.partition(' ')[0]}"))
    elif read is None:
        say = said("web.desk.flow.no_time")
    else:
        say = said("web.desk.flow.read", time=moment(read), age=left(now, read))
    gauge = said("web.desk.flow.gauge", name=name_of(flow.gauge), km=flow.gauge_km) if flow.gauge else None
    return FlowView(
        m3s=figures([flow.m3s])[0],
        say=say,
        stale=flow.stale,
        ask=gauge or said("web.desk.flow.no_gauge"),
        cases=tuple(
            (said(f"web.desk.flow.{name}"), figures([flow.m3s * factor])[0])
            for name, factor in zip(("low", "now", "high"), arrivals.LOW_NOW_HIGH, strict=True)
        ),
    )


def _row(ws: Workspace, each: Arrival, now: datetime) -> Row:
    site = each.site
    known = site.attributes.get
    return Row(
        site=site.id,
        name=name_of(site),
        kind=site.kind,
        kind_name=kind_of(site),
        party=party_name(ws.region, site.party),
        href=f"/section/{site.id}" if site.kind == "section" else None,
        km=f"{each.km:g}",
        error_km=_place_error(site),
        place_status=said(f"web.status.{site.place.status}"),
        arrival=each.arrival,
        peak_at=each.peak,
        end=each.end,
        left=left(now, each.arrival[0]),
        close_by=each.close_by,
        peak=figures(each.peak_mg_l) if each.peak_mg_l else None,
        per_tonne=figures(each.per_tonne_mg_l) if each.per_tonne_mg_l else None,
        odds=odds(each.probability),
        critical=amounts(each.critical_kg) if each.critical_kg else None,
        banks=tuple(_bank_row(at) for at in each.banks),
        by_flow=each.low_now_high,
        stored_h=known("stored_h", ""),
        other_source=known("other_source", ""),
        phone=known("phone", ""),
    )


def _bank_row(at: AtBank) -> BankRow:
    return BankRow(
        say=said(f"web.desk.at.{at.bank}"),
        peak=figures(at.peak_mg_l) if at.peak_mg_l else None,
        per_tonne=figures(at.per_tonne_mg_l),
        odds=odds(at.probability),
        critical=amounts(at.critical_kg) if at.critical_kg else None,
    )


def _place_error(site: Site) -> Both:
    error = site.place.error_km
    return said("web.desk.km_unknown") if error is None else said("web.desk.km", km=f"{error:g}")


def _limit(substance: Substance) -> Both:
    clause = clause_words(substance.clause)
    return said("web.desk.rests.known", what=clause, status=said(f"web.status.{substance.status}"))


def _rests(ws: Workspace, desk: Desk) -> tuple[Rest, ...]:
    """What the numbers rest on; the status of each as its file gives it."""
    place, substance, law, region = desk.source, desk.substance, desk.reporting, ws.region
    named = Both(f"{law.title['zh']} {law.name}", f"{law.title['en']}, {law.name}")
    network = said("web.desk.rests.network_is", name=region.name, mark=region.fingerprint[:16])
    facts = {
        "flow": said("web.desk.typed") if desk.flow.entered else flow_known(desk.flow.status),
        "place": said(f"web.status.{place.status}"),
        "mass": said("web.desk.rests.mass_is", mass=mass_words(desk)),
        "network": network,
        "speed": said("web.desk.rests.speed_is", count=arrivals.SAMPLES),
        "limit": _limit(substance) if substance else Both("—", "—"),
        "report": said("web.desk.rests.known", what=named, status=said(f"web.status.{law.status}")),
        "ready": said("web.desk.rests.ready_is", name=region.name),
    }
    if any(each.banks for each in desk.arrivals):
        known = sorted({reach.bed.status for reach in desk.path if reach.bed})
        facts["bank"] = said("web.desk.rests.bank_is", status=joined([said(f"web.status.{each}") for each in known]))
    site = region.find_site(desk.asked.place)
    hrefs = {"limit": "/rules#limits"} | ({"place": f"/section/{site.id}"} if site and site.kind == "section" else {})
    return tuple(Rest(name, said(f"web.desk.rests.{name}"), say, hrefs.get(name)) for name, say in facts.items())


def _card(substance: Substance, *, applies: bool) -> Card:
    known = emergency.field_cards().get(substance.code)
    return Card(
        name=Both(substance.name_zh, substance.name_en),
        code=substance.code,
        limit=None if substance.limit_mg_l is None else f"{substance.limit_mg_l:.12f}".rstrip("0").rstrip("."),
        clause=substance.clause,
        status=substance.status,
        behaviour=said(f"web.desk.behaviour.{substance.behaviour}"),
        behaviour_status=substance.behaviour_status,
        protect=Both(known.protect["zh"], known.protect["en"]) if known else None,
        field=Both(known.field["zh"], known.field["en"]) if known else None,
        field_status=known.status if known else "unknown",
        applies=applies,
    )


ADDRESSES = (Address("/desk", build, asks=desk_form.FIELDS, sheet=True),)
