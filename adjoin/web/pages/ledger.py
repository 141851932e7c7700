"""Both chains: how long, which head, what both have signed for, and proofs to take away."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from adjoin.core.entry import Entry
from adjoin.core.refusal import Refusal
from adjoin.joint import ledger, proof
from adjoin.joint.note import read_note
from adjoin.loop import fork, stamp
from adjoin.loop.workspace import Workspace
from adjoin.store.forks import Found
from adjoin.web.address import Address
from adjoin.web.page import Ask, Link, Page, Verdict, shown
from adjoin.web.pages.books import Part, plainly
from adjoin.web.words import Both, party_name, said, short_time

MOST = 40  # entries of each chain that are listed


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a chain."""

    seq: int
    kind: str
    at: datetime
    fingerprint: str
    delivered: datetime | None
    key: str


@dataclass(frozen=True, slots=True)
class ChainView:
    """One chain as it is held here."""

    party: str
    name: Both
    size: int
    head: str | None  # fingerprint of its last entry
    root: str
    suite: str
    cosigned: int  # entries that both have signed for
    cosigned_at: datetime | None
    lines: tuple[Line, ...]  # the last ones, newest first


@dataclass(frozen=True)
class LedgerPage(Page):
    """Both chains, side by side."""

    template: ClassVar[str] = "books.html"
    nav: ClassVar[str] = "/ledger"

    verdict: Verdict = shown("whether both have signed for all that is held here")
    chains: tuple[ChainView, ...] = shown("the own chain and that of the other side, as they are held here")
    forks: tuple[dict[str, object], ...] = shown("forks that were found, with the entry that ended each")
    parts: tuple[Part, ...] = shown("the same as it is laid out on the page", twin=False)


def build(ws: Workspace, ask: Ask) -> LedgerPage:  # noqa: ARG001  # every page is asked the same way
    """The page as it stands now."""
    chains = tuple(_chain(ws, side) for side in (ws.party, ws.other))
    found = fork.forks(ws)
    return LedgerPage(
        title=said("web.ledger"),
        verdict=_verdict(ws, chains, found),
        chains=chains,
        forks=tuple({"number": e.id, "party": e.party, "seq": e.seq, "at": e.at, "ended": e.ended} for e in found),
        parts=(*map(_part, chains), *_stamps(ws), _forks(ws, found)),
    )


def head_note(ws: Workspace, party: str) -> str:
    """The longest head of a chain that both have signed, as it was signed."""
    notes = ws.done.cosigned(party) if party in ws.region.sides else ()
    if not notes:
        raise Refusal("no_head", met=party)
    return max(notes, key=lambda each: each.size).note


def entry_proof(ws: Workspace, party: str, seq: int) -> bytes:
    """The proof file of one entry."""
    return proof.written(proof.proof_of_entry(ws.done.lines(party), seq, head_note(ws, party)))


def _chain(ws: Workspace, party: str) -> ChainView:
    lines = ws.done.lines(party)
    held, notes = ledger.Chain.of(lines), ws.done.cosigned(party)
    last = max(notes, key=lambda each: each.size, default=None)
    entries = ws.done.entries(party, max(0, len(lines) - MOST))
    delivered = ledger.deliveries({party: [ledger.Cosigned(e.size, e.at, e.note) for e in notes]})
    suite = "sha256" if not lines else str(ws.done.entries(party)[0].body.get("suite", "sha256"))
    return ChainView(
        party=party,
        name=party_name(ws.region, party),
        size=len(lines),
        head=held.prints[-1] if lines else None,
        root=held.frontier(len(lines)).root.hex(),
        suite=suite,
        cosigned=last.size if last else 0,
        cosigned_at=read_note(last.note).marks[1].time if last else None,
        lines=tuple(_line(each, held.prints[each.seq], delivered(each)) for each in reversed(entries)),
    )


def _line(entry: Entry, fingerprint: str, delivered: datetime | None) -> Line:
    return Line(entry.seq, entry.kind, entry.at, fingerprint, delivered, entry.key)


def _verdict(ws: Workspace, chains: tuple[ChainView, ...], found: tuple[Found, ...]) -> Verdict:
    open_forks = [each for each in found if each.ended is None]
    if open_forks:
        return Verdict("bad", said("web.ledger.forked"), party_name(ws.region, open_forks[0].party))
    waiting = chains[0].size - chains[0].cosigned
    if waiting:
        return Verdict("unknown", said("web.ledger.waiting", count=waiting), Both("", ""))
    return Verdict("fine", said("web.ledger.fine"), Both("", ""))


def _part(chain: ChainView) -> Part:
    facts = (
        (said("web.ledger.size"), plainly(chain.size)),
        (
            said("web.ledger.cosigned"),
            said("web.ledger.cosigned.at", size=chain.cosigned, time=_time(chain.cosigned_at)),
        ),
        (said("web.ledger.head"), plainly(chain.head or "—")),
        (said("web.ledger.root"), plainly(f"{chain.root} ({chain.suite})")),
    )
    columns = tuple(said(f"web.ledger.{name}") for name in ("seq", "kind", "at", "delivered", "fingerprint"))
    links = (Link(said("web.ledger.take_head"), f"/ledger/{chain.party}/head"),) if chain.cosigned else ()
    return Part(
        title=said("web.ledger.chain", party=chain.name),
        facts=facts,
        columns=columns,
        rows=tuple(_cells(each) for each in chain.lines),
        links=(*links, *_proofs(chain)),
        empty=said("web.ledger.empty"),
    )


def _cells(line: Line) -> tuple[Both, ...]:
    delivered = said("not_yet_delivered") if line.delivered is None else _time(line.delivered)
    return (
        plainly(line.seq), said(f"web.kind.{line.kind}"), _time(line.at), delivered, plainly(line.fingerprint[:16]),
    )  # fmt: skip


def _proofs(chain: ChainView) -> tuple[Link, ...]:
    covered = [each for each in chain.lines if each.seq < chain.cosigned][:5]
    return tuple(
        Link(said("web.ledger.take_proof", seq=each.seq), f"/ledger/{chain.party}/{each.seq}/proof.json")
        for each in covered
    )


def _stamps(ws: Workspace) -> tuple[Part, ...]:
    """What a time-stamping authority said, where one is configured or was."""
    made = stamp.stamps(ws)
    if not made and not stamp.configured(ws):
        return ()
    columns = tuple(said(f"web.ledger.{name}") for name in ("size", "at", "authority"))
    rows = tuple((plainly(each.size), _time(each.at), plainly(each.authority)) for each in made)
    return (Part(said("web.ledger.stamps"), columns=columns, rows=rows, empty=said("web.ledger.stamps.none")),)


def _forks(ws: Workspace, found: tuple[Found, ...]) -> Part:
    columns = tuple(said(f"web.ledger.fork.{name}") for name in ("party", "seq", "at", "ended"))
    rows = tuple(
        (
            party_name(ws.region, each.party), plainly(each.seq), _time(each.at),
            plainly(each.ended[:16]) if each.ended else said("web.ledger.fork.open"),
        )
        for each in found
    )  # fmt: skip
    links = tuple(Link(said("web.ledger.fork.take", number=each.id), f"/ledger/fork/{each.id}.json") for each in found)
    open_one = any(each.ended is None for each in found)
    return Part(
        title=said("web.ledger.forks"), about=said("web.ledger.forks.about"), columns=columns, rows=rows, links=links,
        empty=said("web.ledger.forks.none"), stop=said("web.ledger.forks.do") if open_one else Both("", ""),
    )  # fmt: skip


def _time(at: datetime | None) -> Both:
    return plainly(short_time(at)) if at is not None else plainly("—")


ADDRESSES = (Address("/ledger", build),)
