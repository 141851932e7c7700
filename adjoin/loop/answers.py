"""Kept answers: a question and its answer with an address, told to the other side, which computes it again.

What is told is an entry of kind `claim`: method, question, code version and the fingerprint of the answer. The answer
itself travels along where it is small; it is never believed, only held beside what one's own code gives.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adjoin.core.entry import Entry, canonical, fingerprint
from adjoin.core.evidence import Evidence
from adjoin.core.finding import Finding, Raised
from adjoin.core.observation import Observation
from adjoin.core.refusal import Refusal
from adjoin.formats.messages import LANGUAGES, messages
from adjoin.joint import ledger
from adjoin.loop.workspace import Workspace
from adjoin.store.answers import Answers

LARGEST = 256_000  # bytes of a question: it is signed and travels
TRAVELS = 64_000  # bytes of an answer that goes along
LARGEST_ANSWER = 8_000_000  # bytes of an answer that is kept
DIFFERENCES = 40
Json = Mapping[str, Any]
Compute = Callable[[str, object], Json]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that a side kept."""

    fingerprint: str  # of method, question and code: its address
    method: str
    given: Json
    answer: Json | None  # where it was small enough to travel, or was kept here
    answer_fingerprint: str
    code: str
    party: str
    by: str
    at: datetime
    entry: str  # "chongqing/12": the line of the ledger that says so
    delivered: datetime | None


@dataclass(frozen=True, slots=True)
class Again:
    """A kept answer computed again here: whether it is the same, and where it is not."""

    answer: Json
    same: bool
    differences: tuple[tuple[str, str, str], ...]  # key, as kept, as computed here
    code: str  # of this side


def address(workspace: Workspace, method: str, given: object) -> str:
    """The fingerprint under which a question is kept with the code of this side."""
    return fingerprint({"method": method, "given": given, "code": workspace.adopted["code"]})


def asked(given: Json) -> dict[str, Any]:
    """A question in its canonical form: keys in order, so that whoever computes it again asks the same."""
    read: dict[str, Any] = json.loads(canonical(given))
    return read


def keep(workspace: Workspace, method: str, given: Json, answer: Json, *, by: str, now: datetime) -> str:
    """Keep an answer and tell the other side; gives its fingerprint. The same one is kept once.

    given : in its canonical form (`asked`), for which `answer` was computed
    """
    name, question, reply = address(workspace, method, given), canonical(given), canonical(answer)
    if len(question) > LARGEST:
        raise Refusal("question_too_large", met=len(question), expected=LARGEST)
    if len(reply) > LARGEST_ANSWER:
        raise Refusal("answer_too_large", met=len(reply), expected=LARGEST_ANSWER)
    if any(each.fingerprint == name and each.party == workspace.party for each in kept(workspace)):
        return name

    body = {
        "claim": "answer",
        "method": method,
        "given": question.decode(),
        "answer_fingerprint": fingerprint(answer),
        "answer": reply.decode() if len(reply) <= TRAVELS else "",
        "code": workspace.adopted["code"],
        "by": by,
    }
    _files(workspace).keep(name, reply)

    workspace.record("claim", body, now=now)
    return name


def kept(workspace: Workspace) -> tuple[Kept, ...]:
    """All answers that either side kept, the newest first."""
    return workspace.computed("kept answers", lambda: _kept(workspace))


def one(workspace: Workspace, name: str) -> Kept:
    """The kept answer at an address; where both sides kept it, the one that was kept first."""
    found = [each for each in kept(workspace) if each.fingerprint == name]
    if not found:
        raise Refusal("unknown_answer", met=name[:64])
    return found[-1]


def again(workspace: Workspace, kept_answer: Kept, compute: Compute) -> Again:
    """The same question computed here and now, beside what was kept."""

    def made() -> Again:
        ours = json.loads(canonical(compute(kept_answer.method, kept_answer.given)))
        same = fingerprint(ours) == kept_answer.answer_fingerprint
        theirs = kept_answer.answer
        apart = () if same or theirs is None else tuple(differences(theirs, ours))[:DIFFERENCES]
        return Again(ours, same, apart, workspace.adopted["code"])

    return workspace.computed(("again", kept_answer.entry), made)


def differences(one_: object, other: object, at: str = "") -> Iterator[tuple[str, str, str]]:
    """Where two JSON values differ: key, the one, the other."""
    if isinstance(one_, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys((*one_, *other)):
            yield from differences(one_.get(key), other.get(key), f"{at}.{key}" if at else str(key))
    elif isinstance(one_, list) and isinstance(other, list) and len(one_) == len(other):
        for number, pair in enumerate(zip(one_, other, strict=True)):
            yield from differences(*pair, f"{at}[{number}]")
    elif one_ != other or isinstance(one_, bool) is not isinstance(other, bool):
        yield at, json.dumps(one_, ensure_ascii=False)[:200], json.dumps(other, ensure_ascii=False)[:200]


# — findings of answers —


def raise_finding(workspace: Workspace, answer: Kept, raised: Raised, *, site: str, by: str, now: datetime) -> Finding:
    """Say that a kept answer needs an answer by people; gives the finding, on which a case can be opened."""
    name = finding_id(answer.fingerprint, raised.key)
    if site not in workspace.region.sites and site not in workspace.region.parties:
        raise Refusal("unknown_site", met=site, near=", ".join(workspace.region.near(site)) or "-")
    if not any(each.id == name for each in findings(workspace)):
        body = {
            "claim": "finding",
            "finding": name,
            "answer": answer.fingerprint,
            "site": site,
            "key": raised.key,
            "facts": dict(raised.facts),
            "value": raised.value,
            "unit": raised.unit,
            "by": by,
        }
        workspace.record("claim", body, now=now)
    return next(each for each in findings(workspace) if each.id == name)


def finding_id(answer: str, key: str) -> str:
    """What a finding of an answer is called: the same on both sides."""
    return f"A-{answer[:12]}-{key.rpartition('.')[2]}"


def findings(workspace: Workspace) -> tuple[Finding, ...]:
    """What either side raised from a kept answer, the newest first."""
    return workspace.computed("findings of answers", lambda: _findings(workspace))


def _findings(workspace: Workspace) -> tuple[Finding, ...]:
    found: dict[str, Finding] = {}
    for entry in _claims(workspace, "finding"):
        made = _finding(entry)
        if made is not None:
            found.setdefault(made.id, made)
    return tuple(sorted(found.values(), key=lambda each: each.since, reverse=True))


def _finding(entry: Entry) -> Finding | None:
    body = entry.body
    texts = {key: body.get(key) for key in ("finding", "answer", "site", "key", "value", "unit")}
    if not all(isinstance(value, str) for value in texts.values()):
        return None
    said = {key: str(value) for key, value in texts.items()}
    peak = Observation(said["site"], "", entry.at, said["value"], said["unit"], entry.party, entry.at, "computed")
    named = {lang: messages().say("answers.evidence", lang, answer=said["answer"][:12]) for lang in LANGUAGES}
    evidence = Evidence("answer", said["answer"], named["zh"], named["en"], said["answer"])
    since = entry.at
    return Finding(
        id=said["finding"],
        kind="computed",
        site=said["site"],
        quantity=said["key"],
        upstream=None,
        downstream=None,
        since=since,
        until=since,
        peak=peak,
        water_class="",
        target=None,
        evidence=(evidence,),
    )


# — claims of both chains —


def _files(workspace: Workspace) -> Answers:
    return Answers(workspace.folder / "answers")


def _claims(workspace: Workspace, kind: str) -> Sequence[Entry]:
    return [each for each in workspace.done.entries() if each.kind == "claim" and each.body.get("claim") == kind]


def _kept(workspace: Workspace) -> tuple[Kept, ...]:
    notes = {
        side: [ledger.Cosigned(each.size, each.at, each.note) for each in workspace.done.cosigned(side)]
        for side in workspace.region.sides
    }
    delivered = ledger.deliveries(notes)
    found = [made for entry in _claims(workspace, "answer") if (made := _read(workspace, entry, delivered(entry)))]
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _read(workspace: Workspace, entry: Entry, delivered: datetime | None) -> Kept | None:
    """What a claim says; nothing where it is not one that could be computed again."""
    body = entry.body
    try:
        given, code, method = json.loads(str(body["given"])), str(body["code"]), str(body["method"])
        name = fingerprint({"method": method, "given": given, "code": code})
        own = _files(workspace).get(name) if entry.party == workspace.party else None
        sent = str(body.get("answer") or "").encode() or None
        reply = own or sent
        return Kept(
            fingerprint=name,
            method=method,
            given=given,
            answer=json.loads(reply) if reply else None,
            answer_fingerprint=str(body["answer_fingerprint"]),
            code=code,
            party=entry.party,
            by=str(body.get("by", "")),
            at=entry.at,
            entry=f"{entry.party}/{entry.seq}",
            delivered=delivered,
        )
    except (KeyError, ValueError, TypeError, RecursionError, Refusal):
        return None
