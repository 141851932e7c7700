"""Kept answers: the list of both sides, and one of them computed again here, beside what was kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from adjoin.core.refusal import Refusal
from adjoin.doors import findings, registry
from adjoin.loop import answers, hand_over, jobs
from adjoin.loop.answers import Again, Kept
from adjoin.loop.workspace import Workspace
from adjoin.web import asked
from adjoin.web.address import Address
from adjoin.web.lines import CaseLine, case_line
from adjoin.web.page import Ask, Page, Verdict, shown
from adjoin.web.pages.compute import MethodPage, about
from adjoin.web.words import Both, name_of, party_name, said, word

NOTHING = Both("", "")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A kept answer in a list."""

    fingerprint: str
    href: str
    method: str
    what: Both
    party: Both
    by: str
    at: datetime
    delivered: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Where what was kept and what is computed here differ."""

    key: str
    kept: str
    here: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """What an answer says that people must answer."""

    key: str
    say: Both
    raised: bool  # whether somebody raised it already


@dataclass(frozen=True)
class AnswersPage(Page):
    """The kept answers of both sides."""

    template: ClassVar[str] = "answers.html"
    nav: ClassVar[str] = "/answers"

    lines: tuple[AnswerLine, ...] = shown("the kept answers, the newest first")


@dataclass(frozen=True)
class AnswerPage(MethodPage):
    """A kept answer, computed again here."""

    template: ClassVar[str] = "answer_kept.html"
    nav: ClassVar[str] = "/answers"

    line: AnswerLine = shown("who kept it, and when")
    state: Verdict = shown("whether it was computed again here, and is the same")
    differences: tuple[Difference, ...] = shown("where what was kept and what is computed here differ")
    given: dict[str, Any] = shown("the question")
    reply: dict[str, Any] = shown("the answer as it is computed here", twin=False)
    long: bool = shown("whether it is computed again as a job")
    codes: tuple[str, str] = shown("the code version it was kept with, and that of this side")
    findings: tuple[FindingLine, ...] = shown("what the answer says that people must answer")
    cases: tuple[CaseLine, ...] = shown("the cases that stand on it")
    sites: tuple[tuple[str, Both], ...] = shown("where a finding may be", twin=False)
    procedures: tuple[tuple[str, Both], ...] = shown("the procedures under which a case can be opened", twin=False)

    @property
    def verdict(self) -> Verdict:
        """What stands at the head of a sheet."""
        return self.state

    @property
    def asked(self) -> list[tuple[Both, Both]]:
        """The question, key by key, as it is read."""
        return asked.told(asked.fields(registry.door(self.method), self.given))


def listing(ws: Workspace, _ask: Ask) -> AnswersPage:
    """The kept answers of both sides."""
    return AnswersPage(said("answers.title"), tuple(line_of(ws, each) for each in answers.kept(ws)))


def build(ws: Workspace, ask: Ask) -> AnswerPage:
    """A kept answer."""
    kept = answers.one(ws, ask.subject[0])
    again, refusal = again_here(ws, kept)
    reply = again.answer if again else kept.answer
    shown_answer = reply if isinstance(reply, dict) else None
    return AnswerPage(
        **about(kept.method, kept.given, shown_answer),
        line=line_of(ws, kept),
        state=_state(ws, kept, again, refusal),
        differences=tuple(Difference(*each) for each in again.differences) if again else (),
        given=dict(kept.given),
        reply=dict(shown_answer or {}),
        long=again is None and refusal is None,
        codes=(kept.code, ws.adopted["code"]),
        findings=_findings(ws, kept, shown_answer),
        cases=_cases(ws, kept, ask),
        sites=_sites(ws),
        procedures=tuple(
            (name, word(each, each.name)) for name, each in ws.region.procedures.items() if each.on == "finding"
        ),
    )


def line_of(ws: Workspace, kept: Kept) -> AnswerLine:
    """A kept answer as a line of a list."""
    try:
        told = registry.door(kept.method).explain
        what = Both(told.what_zh, told.what_en)
    except Refusal:
        what = said("answers.no_method")
    party = party_name(ws.region, kept.party)
    href = f"/answers/{kept.fingerprint}"
    delivered = kept.delivered is not None
    return AnswerLine(kept.fingerprint, href, kept.method, what, party, kept.by, kept.at, delivered)


def again_here(ws: Workspace, kept: Kept) -> tuple[Again | None, Refusal | None]:
    """The answer computed again, unless that takes a job, or this side's code refuses the question."""
    try:
        if registry.door(kept.method).long:
            job = jobs.known(ws, kept.method, kept.given)
            answer = job.answer if job else None
            return (answers.again(ws, kept, lambda *_: answer) if answer else None), None
        return answers.again(ws, kept, registry.answer), None
    except Refusal as refusal:
        return None, refusal


def _state(ws: Workspace, kept: Kept, again: Again | None, refusal: Refusal | None) -> Verdict:
    code = (
        said("answers.code", theirs=kept.code, ours=ws.adopted["code"]) if kept.code != ws.adopted["code"] else NOTHING
    )
    if refusal is not None:
        return Verdict("bad", said("answers.refused_here"), code, "open")
    if again is None:
        return Verdict("unknown", said("answers.as_job"), code)
    if again.same:
        return Verdict("fine", said("answers.same"), code)
    return Verdict("bad", said("answers.differs", count=len(again.differences)), code)


def _findings(ws: Workspace, kept: Kept, answer: dict[str, Any] | None) -> tuple[FindingLine, ...]:
    known = {each.id for each in answers.findings(ws)}
    try:
        found = findings.raised(kept.method, kept.given, answer) if answer is not None else ()
    except (KeyError, TypeError, ValueError):  # an answer of another code version may lack what is looked for
        return ()
    return tuple(
        FindingLine(
            each.key, said(each.key, value=each.value, unit=each.unit, **each.facts), _id(kept, each.key) in known
        )
        for each in found
    )


def _id(kept: Kept, key: str) -> str:
    return answers.finding_id(kept.fingerprint, key)


def _cases(ws: Workspace, kept: Kept, ask: Ask) -> tuple[CaseLine, ...]:
    start = answers.finding_id(kept.fingerprint, "")
    found = hand_over.cases(ws, now=ask.now)
    return tuple(case_line(ws, each) for each in found if each.finding and each.finding.startswith(start))


def _sites(ws: Workspace) -> tuple[tuple[str, Both], ...]:
    """The parties of this side and of the other, then the sections: where a finding may be said to lie."""
    parties = [(code, name_of(party)) for code, party in ws.region.parties.items()]
    return (*parties, *((site.id, name_of(site)) for site in ws.region.sections))


ADDRESSES = (Address("/answers", listing),)
