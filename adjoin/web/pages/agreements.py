"""Agreements: what was promised, beside the form that runs; and the account of each, step by step to the fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from adjoin.core.refusal import Refusal
from adjoin.core.rule import Agreement
from adjoin.doors.given import Given
from adjoin.doors.joint_settle import inputs_of
from adjoin.formats import agreements as published
from adjoin.joint.accounts import Line, Loophole
from adjoin.joint.derivation import Step, derivation
from adjoin.joint.settle import Running, Settlement, ready
from adjoin.loop import settle
from adjoin.loop.workspace import Workspace
from adjoin.web import agreement_words as words
from adjoin.web import signed
from adjoin.web.address import Address
from adjoin.web.agreement_words import grouped, member
from adjoin.web.grid import Grid, grid
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.words import Both, joined, party_name, said

MONTHS = 24  # lines of an account that are shown


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """An agreement in a list: between whom, since when, how well its text is known, how its account stands."""

    name: str
    title: Both
    parties: Both
    since: date
    until: date | None
    status: str
    draft: bool
    standing: Both
    href: str


@dataclass(frozen=True)
class AgreementsPage(Page):
    """Every agreement: those of the bundle, which are settled, and the published ones, which can be looked at."""

    template: ClassVar[str] = "agreements.html"
    nav: ClassVar[str] = "/agreements"

    verdict: Verdict = shown("whether any account waits or differs; of what both sides have, what is missing of it")
    own: tuple[AgreementLine, ...] = shown("agreements of this bundle")
    between: tuple[AgreementLine, ...] = shown("published agreements in which both sides of this bundle take part")
    published: tuple[AgreementLine, ...] = shown("other published agreements, as far as their texts are known")


@dataclass(frozen=True)
class AgreementPage(Page):
    """One agreement: text beside the running form, the account of a period, and what both sides claim."""

    template: ClassVar[str] = "agreement.html"
    nav: ClassVar[str] = "/agreements"

    verdict: Verdict = shown("what the period comes to, or why it cannot be said")
    name: str = shown("name of the agreement")
    source: str = shown("where the text was read")
    status: str = shown("how well it is known")
    own: bool = shown("whether it is one of this bundle, so that its account is kept here")
    draft: bool = shown("whether it is not signed yet")
    period: str = shown("the period that is settled below")
    example: Both | None = shown("the worked example that is computed below, where no account is kept here")
    periods: tuple[str, ...] = shown("periods that can be asked for")
    clauses: Grid = shown("text beside the running form, clause by clause")
    terms: Grid = shown("inputs, numbers and formulas, each with how well it is known")
    gaps: tuple[Both, ...] = shown("what the text does not say")
    steps: Grid = shown("the derivation, from the inputs to the fen")
    net: Grid = shown("what each party receives less what it pays")
    account: Grid | None = shown("month by month: what each side claims, and whether they agree")
    cleared: Grid | None = shown("the year cleared from the agreed months")
    changed: tuple[Both, ...] = shown("inputs that have changed since this side claimed the period")
    loopholes: tuple[Both, ...] = shown("where the text lets a party gain by keeping silent")
    entries: Grid | None = shown("the signed entries in which each side claims the period, by their fingerprints")
    newest: datetime | None = shown("when the last of them was signed")
    sides: tuple[Both, Both] = shown("the two parties of the agreement, as they sign")
    may_claim: bool = shown("whether this side may claim the period now")
    may_dispute: bool = shown("whether the period is seen differently")


def build(ws: Workspace, ask: Ask) -> AgreementsPage:  # noqa: ARG001  # every page is built from the same two
    """All agreements."""
    own = tuple(_line(ws, each.agreement, own=True) for each in settle.agreements(ws).values())
    known = published.agreements().values()
    between = [each for each in known if words.of_both(ws.region, each)]
    return AgreementsPage(
        title=said("web.agreements"),
        verdict=_waiting(ws, between),
        own=own,
        between=tuple(_line(ws, each, own=False) for each in between),
        published=tuple(_line(ws, each, own=False) for each in known if each not in between),
    )


def one(ws: Workspace, ask: Ask) -> AgreementPage:
    """One agreement, of this bundle or published."""
    name = ask.subject[0]
    if name in settle.agreements(ws):
        return _own(ws, ask, name)
    return _published(ws, name)


def _own(ws: Workspace, ask: Ask, name: str) -> AgreementPage:
    running = settle.running(ws, name)
    months = tuple(reversed(list(settle.months(ws, name))))
    period = ask.query.get("period") or (months[0] if months else f"{ask.now:%Y-%m}")
    found = settle.account(ws, name, period)
    mine = settle.lines(ws, name)
    line = next((each for each in mine if each.key[2] == period), None)
    over = found.period.until <= ask.now and not running.agreement.draft
    claimed = line is not None and ws.party in line.claims
    changed = settle.replay(ws, name, period)
    differs = line is not None and line.state in {"other_rule", "other_inputs", "differs"}
    holes = settle.loopholes(ws, name)
    claims = _claims(line)
    return AgreementPage(
        **_text(ws, running),
        verdict=words.of_period(ws, running.agreement, found.settlement, period),
        own=True,
        period=period,
        example=None,
        periods=months or (period,),
        steps=_steps(found.derivation),
        net=_net(ws, found.settlement),
        account=_account(ws, mine) if mine else None,
        cleared=_cleared(ws, name, period[:4]) if mine else None,
        changed=tuple(map(words.changed, changed)),
        loopholes=tuple(_hole(ws, at, hole) for at, each in holes.items() for hole in each),
        entries=signed.entries(ws, claims),
        newest=signed.newest(ws, claims),
        may_claim=over and (not claimed or bool(changed)),
        may_dispute=differs,
    )


def _claims(line: Line | None) -> list[signed.Line]:
    """What each side claimed for a period, the claims that were replaced among them."""
    made = [("claim", each) for each in line.claims.values()] if line else []
    made += [("claim_replaced", each) for each in line.replaced] if line else []
    return [(each.party, each.seq, words.beneath(word, each)) for word, each in made]


def _hole(ws: Workspace, period: str, hole: Loophole) -> Both:
    party, gain = party_name(ws.region, hole.party), grouped(hole.gain_fen)
    return said("web.agreement.hole", period=period, party=party, input=hole.input, yuan=gain)


def _published(ws: Workspace, name: str) -> AgreementPage:
    try:
        running = ready(published.agreement(name))
    except Refusal:
        raise Refusal("no_such_page", met=f"/agreement/{name[:60]}") from None
    example = running.agreement.examples[0]
    given = example.get("given")
    inputs = inputs_of(running, Given(given if isinstance(given, Mapping) else {}))
    found, say = running.settle(inputs), words.example_said(example)
    return AgreementPage(
        **_text(ws, running),
        verdict=words.of_example(ws, running.agreement, found, say),
        own=False,
        period=say.en,
        example=say,
        periods=(),
        steps=_steps(derivation(running, inputs)),
        net=_net(ws, found),
        account=None,
        cleared=None,
        changed=(),
        loopholes=(),
        entries=None,
        newest=None,
        may_claim=False,
        may_dispute=False,
    )


def _text(ws: Workspace, running: Running) -> dict[str, Any]:
    agreement = running.agreement
    amount = said("web.agreement.elsewhere")
    clauses = [
        (
            d.id,
            Both(d.say["zh"], d.say["en"]),
            words.condition(d.when),
            words.pays(ws.region, d.payer, d.payee),
            d.yuan or amount,
            status_of(d.status),
        )
        for d in agreement.duties
    ]
    terms = [
        (
            Both(t.say["zh"], t.say["en"]),
            t.name,
            " / ".join(t.path) if t.kind == "input" else t.formula,
            t.unit,
            t.clause,
            status_of(t.status),
        )
        for t in agreement.terms
    ]
    return {
        "title": words.title(agreement),
        "name": agreement.name,
        "source": agreement.source,
        "status": agreement.status,
        "draft": agreement.draft,
        "clauses": grid("web.agreement", ("clause", "text", "when", "from_to", "yuan", "status"), clauses),
        "terms": grid("web.agreement", ("term", "name", "formula", "unit", "clause", "status"), terms),
        "gaps": tuple(Both(g.why["zh"], g.why["en"]) for g in agreement.gaps),
        "sides": (party_name(ws.region, ws.party), party_name(ws.region, ws.other)),
    }


def status_of(status: str) -> Both:
    """How well a fact is known, in words."""
    return said(f"web.status.{status}") if status else Both("—", "—")


def _steps(steps: tuple[Step, ...]) -> Grid:
    rows = [
        (Both(s.say["zh"], s.say["en"]), s.formula, s.filled if s.filled != s.value else "", s.value, s.unit, s.clause)
        for s in steps
    ]
    return grid("web.agreement", ("step", "formula", "filled", "value", "unit", "clause"), rows)


def _net(ws: Workspace, found: Settlement) -> Grid:
    rows = [(member(ws.region, who), grouped(fen)) for who, fen in (found.net_fen or {}).items()]
    return grid("web.agreement", ("party", "net"), rows)


def _account(ws: Workspace, lines: tuple[Line, ...]) -> Grid:
    rows = [
        (
            line.key[2],
            said(f"web.account.{line.state}"),
            *(_claimed(ws, line, side) for side in (ws.party, ws.other)),
            len(line.replaced) or "",
        )
        for line in reversed(lines)
    ][:MONTHS]
    made = grid("web.account", ("period", "state", "ours", "theirs", "replaced"), rows)
    names = (party_name(ws.region, ws.party), party_name(ws.region, ws.other))
    return Grid((*made.columns[:2], *names, *made.columns[4:]), made.rows)


def _claimed(ws: Workspace, line: Line, side: str) -> Both:
    claim = line.claims.get(side)
    if claim is None:
        return said("web.account.not_yet")
    if claim.net_fen is None:
        return said("web.account.undefined")
    return joined([_amount(ws, who, fen) for who, fen in claim.net_fen.items()])


def _amount(ws: Workspace, who: str, fen: int) -> Both:
    name = member(ws.region, who)
    return Both(f"{name.zh} {grouped(fen)}", f"{name.en} {grouped(fen)}")


def _cleared(ws: Workspace, name: str, year: str) -> Grid:
    found = settle.clearing(ws, name, year)
    rows: list[tuple[object, ...]] = [
        (words.pays(ws.region, payer, payee), grouped(fen)) for payer, payee, fen in found.payments
    ]
    rows += [(period, said(f"web.account.{state}")) for period, state in found.open]
    return grid("web.clearing", ("who", "yuan"), rows)


def _line(ws: Workspace, agreement: Agreement, *, own: bool) -> AgreementLine:
    lines = settle.lines(ws, agreement.name) if own else ()
    agreed = sum(line.state in {"agreed", "undefined"} for line in lines)
    standing = said("web.agreements.months", agreed=agreed, all=len(lines)) if own else status_of(agreement.status)
    return AgreementLine(
        name=agreement.name,
        title=words.title(agreement),
        parties=joined([member(ws.region, party) for party in agreement.parties]),
        since=agreement.since,
        until=agreement.until,
        status=agreement.status,
        draft=agreement.draft,
        standing=said("web.agreements.draft") if agreement.draft else standing,
        href=f"/agreement/{agreement.name}",
    )


def _waiting(ws: Workspace, between: Sequence[Agreement]) -> Verdict:
    lines = settle.lines(ws)
    differ = [line for line in lines if line.state in {"other_rule", "other_inputs", "differs"}]
    wait = [line for line in lines if line.state == "one_sided" and ws.party not in line.claims]
    if not settle.agreements(ws) and between:
        titles = joined([words.title(each) for each in between])
        return Verdict("unknown", said("web.agreements.between", titles=titles), said("web.agreements.between.turn"))
    if not settle.agreements(ws):
        return Verdict("unknown", said("web.agreements.none"), said("web.agreements.write"))
    if differ:
        return Verdict("bad", said("web.agreements.differ", count=len(differ)), said("web.agreements.differ.turn"))
    if wait:
        return Verdict(
            "bad", said("web.agreements.wait", count=len(wait)), said("web.agreements.wait.turn"), label="mine"
        )
    return Verdict("fine", said("web.agreements.fine", count=len(lines)), Both("", ""))


ADDRESSES = (
    Address("/agreements", build),
    Address("/agreement/{agreement}", one, asks=("period",), sheet=True),
)
