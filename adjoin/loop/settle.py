"""Settle: what an agreement of the bundle makes the sides pay for a month, claimed by each, compared, cleared.

An agreement is a file in the bundle's `agreements/`, written with the codes of parties, sites and quantities. Its
inputs come from the books: `[observed, SITE, QUANTITY]` is the mean of the period, `[class_now, SITE]` its class,
`[class_last_year, SITE]` the class a year before, `[target, SITE]` the target of the section.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from adjoin.core.evidence import Evidence
from adjoin.core.observation import Observation
from adjoin.core.period import Period
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.rule import Term
from adjoin.core.site import Section
from adjoin.core.units import decimal
from adjoin.formats import rules
from adjoin.formats.agreements import read_agreements
from adjoin.joint import accounts
from adjoin.joint.accounts import Claim, Clearing, Line, Loophole, Tried
from adjoin.joint.case import Case
from adjoin.joint.derivation import Step, derivation
from adjoin.joint.expression import Value, Values
from adjoin.joint.settle import Running, Settlement, check_overlap, ready, shown
from adjoin.loop import assess, hand_over
from adjoin.loop.workspace import Workspace
from adjoin.water import quality

SOURCES = ("observed", "class_now", "class_last_year", "target")


@dataclass(frozen=True, slots=True)
class Account:
    """A period settled by this side from its books, with everything beneath the sum."""

    running: Running
    section: str
    period: Period
    inputs: Values
    settlement: Settlement
    derivation: tuple[Step, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """An input that is not what it was when this side claimed."""

    name: str
    before: str | None
    after: str | None


def agreements(workspace: Workspace) -> Mapping[str, Running]:
    """The agreements of the bundle, each checked and ready to run."""
    return workspace.computed("agreements", lambda: of_bundle(workspace.region_folder, workspace.region))


def running(workspace: Workspace, name: str) -> Running:
    """The agreement of this name."""
    known = agreements(workspace)
    if name not in known:
        raise Refusal("unknown_agreement", met=name[:60], expected=", ".join(known) or "-")
    return known[name]


def account(workspace: Workspace, name: str, period: str, *, as_known: datetime | None = None) -> Account:
    """What a period comes to by this side's books; `as_known` computes it as the values were known then."""
    made, span = running(workspace, name), Period.parse(period)
    _check_period(made, span)
    inputs, evidence = _inputs(workspace, made, span, as_known)
    section = made.agreement.sections[0]
    return Account(made, section, span, inputs, made.settle(inputs), derivation(made, inputs), evidence)


def claim(workspace: Workspace, name: str, period: str, *, by: str, now: datetime) -> Account:
    """Claim a month that is over: sign what it comes to by this side's books, and from what."""
    found = account(workspace, name, period)
    if found.running.agreement.draft:
        raise Refusal("agreement_not_signed", met=name)
    if found.period.until > now:
        raise Refusal("period_not_over", met=period, until=found.period.until.date().isoformat())

    station = _station(workspace, found.section)
    body = accounts.body_of(found.running, found.section, period, found.inputs, found.settlement, station=station)

    workspace.record("claim", {**body, "by": by}, now=now)
    return found


def lines(workspace: Workspace, name: str | None = None) -> tuple[Line, ...]:
    """The account of both sides, month by month."""
    found = workspace.computed("accounts", lambda: accounts.account(workspace.done.entries(), workspace.region.sides))
    return tuple(line for line in found if name is None or line.key[0] == name)


def clearing(workspace: Workspace, name: str, year: str) -> Clearing:
    """A year cleared from the months that both sides agreed on."""
    section = running(workspace, name).agreement.sections[0]
    return accounts.clear(lines(workspace), name, section, year)


def replay(workspace: Workspace, name: str, period: str) -> tuple[Changed, ...]:
    """What changed in the books since this side claimed the month; nothing where it did not claim."""
    mine = _claimed(workspace, name, period)
    if mine is None:
        return ()
    after = {key: shown(value) for key, value in account(workspace, name, period).inputs.items()}
    before = {key: value for key, value in mine.inputs.items() if not key.startswith("@")}
    names = sorted(set(before) | set(after))
    return tuple(Changed(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n))


def dispute(workspace: Workspace, name: str, period: str, *, by: str, reason: str, now: datetime) -> Case:
    """Open a mediation on a month that the sides do not see alike, with both claims as evidence."""
    line = next((each for each in lines(workspace, name) if each.key[2] == period), None)
    if line is None or line.state in {"agreed", "undefined"}:
        raise Refusal("nothing_to_dispute", met=f"{name} {period}", state=line.state if line else "-")

    cited = [
        Evidence("entry", each.entry, f"{each.party} {period}", f"{each.party} {period}")
        for each in line.claims.values()
    ]
    quantity = next((term.path[2] for term in running(workspace, name).inputs if len(term.path) == 3), "-")

    return hand_over.open_message(
        workspace,
        procedure="mediation",
        site=line.key[1],
        quantity=quantity,
        by=by,
        reason=reason,
        evidence=cited,
        now=now,
    )


def months(workspace: Workspace, name: str) -> Mapping[str, Values]:
    """The inputs of every month of which something was observed and in which the agreement may be tried."""
    return workspace.computed(("months", name), lambda: _months(workspace, name))


def what_if(workspace: Workspace, name: str) -> tuple[Tried, ...]:
    """The observed months under this formula and every other one of the same parties and section."""
    one = running(workspace, name).agreement
    like = [
        each
        for each in agreements(workspace).values()
        if each.agreement.parties == one.parties and each.agreement.sections == one.sections
    ]
    tried = (accounts.what_if(months(workspace, each.agreement.name).values(), [each]) for each in like)
    return tuple(found for each in tried for found in each)


def loopholes(workspace: Workspace, name: str) -> Mapping[str, tuple[Loophole, ...]]:
    """Where the text of an agreement lets a party gain by withholding, month by month."""
    made = running(workspace, name)
    found = {period: accounts.loopholes(made, inputs) for period, inputs in months(workspace, name).items()}
    return {period: holes for period, holes in found.items() if holes}


def _months(workspace: Workspace, name: str) -> dict[str, Values]:
    made, span = running(workspace, name), workspace.observed.span()
    if span is None:
        return {}
    found: dict[str, Values] = {}
    at = span[0].replace(day=1)
    while at <= span[1] and len(found) < 120:
        period = Period.parse(f"{at:%Y-%m}")
        found[period.text], _ = _inputs(workspace, made, period, None)
        at = period.until
    return found


def of_bundle(bundle: Path, region: Region) -> dict[str, Running]:
    """The agreements of a bundle folder, checked against its parties, sites and quantities."""
    folder = bundle / "agreements"
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    found = {name: ready(each) for name, each in read_agreements(files).items()}
    check_overlap(each.agreement for each in found.values())
    for each in found.values():
        _check_bundle(region, each)
    return found


def of_file(path: Path, region: Region) -> None:
    """Refuses an agreement file of a bundle that cannot be used there."""
    for each in read_agreements([path]).values():
        _check_bundle(region, ready(each))


def _check_bundle(region: Region, made: Running) -> None:
    """An agreement of a bundle speaks of its parties, sites and quantities."""
    agreement = made.agreement
    for party in agreement.parties:
        if party not in region.parties:
            known = ", ".join(region.sides)
            raise Refusal("agreement_unknown_party", file=agreement.file, line=1, met=party, expected=known)
    if not agreement.sections:
        raise Refusal("agreement_no_section", file=agreement.file, met=agreement.name)
    for term in made.inputs:
        if term.path[0] not in SOURCES or len(term.path) != (3 if term.path[0] == "observed" else 2):
            forms = "[observed, SITE, QUANTITY], [class_now, SITE], [class_last_year, SITE], [target, SITE]"
            raise Refusal(
                "agreement_bad_input", file=agreement.file, line=term.line, met=", ".join(term.path), expected=forms
            )
        region.site(term.path[1])
        if len(term.path) == 3:
            region.quantities.find(term.path[2])


def _check_period(made: Running, span: Period) -> None:
    agreement = made.agreement
    forms = {"month": 7, "year": 4}
    if len(span.text) != forms[agreement.period]:
        raise Refusal("agreement_other_period", met=span.text, expected=agreement.period)
    if not agreement.draft and not agreement.in_force(span.since.date()):
        until = agreement.until.isoformat() if agreement.until else "-"
        raise Refusal("agreement_not_in_force", met=span.text, since=agreement.since.isoformat(), until=until)


def _inputs(
    workspace: Workspace, made: Running, span: Period, as_known: datetime | None
) -> tuple[Values, tuple[Evidence, ...]]:
    found: dict[str, Value] = {}
    evidence: list[Evidence] = []
    for term in made.inputs:
        mean: Value | None
        if term.path[0] == "observed":
            rows = _rows(workspace, term, span, as_known)
            mean = _mean(rows, term, span)
            if rows:
                evidence.append(assess.evidence_of(rows, span))
        else:
            mean = _class(workspace, term, span)
        if mean is not None:
            found[term.name] = mean
    return found, tuple(evidence)


def _rows(workspace: Workspace, term: Term, span: Period, as_known: datetime | None) -> tuple[Observation, ...]:
    """The values of a period, of each time the first origin in the order of the book."""
    site, quantity = workspace.region.site(term.path[1]).id, workspace.region.quantities.find(term.path[2]).code
    first: dict[datetime, Observation] = {}
    for row in workspace.observed.read(site, quantity, span, as_known):
        if row.value is not None:
            first.setdefault(row.time, row)
    return tuple(first.values())


def _mean(rows: Sequence[Observation], term: Term, span: Period) -> Fraction | None:
    """The mean of a period: of its days where enough of them were observed; a reported month mean stands for itself."""
    code = rows[0].quantity if rows else ""
    reported = [str(row.value) for row in rows if row.method == "month-mean"]
    days: dict[object, list[str]] = {}
    for row in rows:
        days.setdefault(row.time.date(), []).append(str(row.value))
    needed = term.days if span.days <= 31 else term.days * 12
    if not reported and len(days) < needed:
        return None
    means = reported or [mean for at in days.values() if (mean := quality.mean_of(at, code, rules.evaluation()))]
    found = quality.mean_of(means, code, rules.evaluation())
    return None if found is None else Fraction(decimal(found))


def _class(workspace: Workspace, term: Term, span: Period) -> str | None:
    site = workspace.region.site(term.path[1])
    if term.path[0] == "target":
        return Section.of(site).target
    asked = span if term.path[0] == "class_now" else Period.parse(f"{span.since.year - 1}{span.text[4:]}")
    return assess.assess(workspace, site.id, asked).verdict.water_class


def _station(workspace: Workspace, section: str) -> str:
    place = workspace.region.site(section).place
    return f"{place.river or '-'} {place.km if place.km is not None else '-'} {place.reach or '-'}"


def _claimed(workspace: Workspace, name: str, period: str) -> Claim | None:
    line = next((each for each in lines(workspace, name) if each.key[2] == period), None)
    return line.claims.get(workspace.party) if line else None
