"""The signed entries beneath a page of joint work: when, by whom, what, and the fingerprint each has in its chain."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from adjoin.core.entry import Entry, fingerprint_of, suite_of
from adjoin.loop.workspace import Workspace
from adjoin.web.grid import Grid, grid
from adjoin.web.words import Both, party_name, short_time

KINDS = frozenset({"claim", "commit", "quota", "reveal"})
Line = tuple[str, int, Both]  # the side that signed, the number in its chain, what it says


def entries(ws: Workspace, lines: Iterable[Line]) -> Grid:
    """The entries of some lines as a table, the earliest first."""
    held = _held(ws)
    found = [(held[party, seq], what) for party, seq, what in lines if (party, seq) in held]
    rows = [
        (short_time(entry.at), party_name(ws.region, entry.party), what, f"{entry.seq} · {grouped(_name(ws, entry))}")
        for entry, what in sorted(found, key=lambda each: (each[0].at, each[0].party, each[0].seq))
    ]
    return grid("web.signed", ("when", "party", "what", "entry"), rows)


def newest(ws: Workspace, lines: Iterable[Line]) -> datetime | None:
    """When the last of them was signed."""
    held = _held(ws)
    return max((held[party, seq].at for party, seq, _ in lines if (party, seq) in held), default=None)


def grouped(fingerprint: str) -> str:
    """A fingerprint in groups that an eye can compare."""
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))


def _held(ws: Workspace) -> Mapping[tuple[str, int], Entry]:
    return ws.computed(
        "entries of joint work",
        lambda: {(each.party, each.seq): each for each in ws.done.entries() if each.kind in KINDS},
    )


def _name(ws: Workspace, entry: Entry) -> str:
    """By the hash of its own chain, which the first entry of the chain fixes."""
    suite = ws.computed(("suite", entry.party), lambda: suite_of(next(iter(ws.done.entries(entry.party)), None)))
    return fingerprint_of(entry, suite)
