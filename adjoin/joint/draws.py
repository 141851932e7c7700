"""Draws in the ledger: terms signed by both, both commits, then both reveals; anybody computes the sample from these.

    note   {what: draw-terms, draw, hash, terms}     one side proposes; its id begins with D-<party>-
    note   {what: draw-agree, draw, digest}          the other signs the digest of the same terms
    commit {draw, commit, checkpoint}                each side, before anybody reveals
    reveal {draw, seed}                              each side, after it has seen the other's commit
    note   {what: draw-silence, draw, silent}        after the deadline: the price of silence is drawn

The checkpoint in a commit is the last that both had signed before it. It stands for a seed that is not revealed; being
written down with the commit, nobody can choose it later. A draw is a function of these entries. A reveal that is not
what was committed to, a reveal before the other's commit was seen, and a commit made after a reveal was seen void it,
by name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NoReturn

from adjoin.core.entry import Entry
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.joint import inspection
from adjoin.joint.inspection import Drawn, Terms

MOST = 200_000


@dataclass(slots=True)
class Draw:
    """Where a draw stands, and its sample once both have revealed."""

    id: str
    by: str
    suite: str
    terms: Terms
    digest: str
    agreed: bool = False
    commits: dict[str, Entry] = field(default_factory=dict)
    reveals: dict[str, Entry] = field(default_factory=dict)
    silent: str | None = None
    checkpoint: str = ""
    faults: tuple[tuple[str, str], ...] = ()  # (party, key of a sentence)
    drawn: Drawn | None = None

    @property
    def state(self) -> str:
        """proposed, agreed, committed, drawn, void."""
        if self.faults:
            return "void"
        if self.drawn is not None:
            return "drawn"
        both = set(self.commits) == set(self.terms.parties)
        return "committed" if both else "agreed" if self.agreed else "proposed"

    @property
    def reveal_by(self) -> date | None:
        """The last day to reveal, as the terms say."""
        text = self.terms.signed.get("reveal_by")
        return date.fromisoformat(text) if isinstance(text, str) else None


def draws(entries: Iterable[Entry], sides: tuple[str, str]) -> tuple[Draw, ...]:
    """Every draw that the entries of both chains amount to, by id."""
    rows = sorted((each for each in entries if each.party in sides), key=lambda each: (each.party, each.seq))
    found: dict[str, Draw] = {}
    for entry in rows:
        if entry.kind == "note" and entry.body.get("what") == "draw-terms":
            made = _proposed(entry, sides)
            if made is not None:
                found.setdefault(made.id, made)
    for entry in rows:
        draw = found.get(str(entry.body.get("draw")))
        if draw is not None:
            _take(draw, entry)
    for draw in found.values():
        _finish(draw)
    return tuple(found[name] for name in sorted(found))


def terms_of(signed: Mapping[str, object]) -> Terms:
    """The terms that a signed object says; what cannot be drawn from is refused."""
    weights, strata = signed.get("weights"), signed.get("strata")
    population = tuple(weights) if isinstance(weights, Mapping) else _names(signed.get("population", []), "population")
    inspectors = _lists(signed.get("inspectors"), "inspectors")
    terms = Terms(
        signed=signed,
        parties=_names(signed.get("parties", []), "parties"),
        population=population,
        weights={str(n): _count(w, "weights") for n, w in weights.items()} if isinstance(weights, Mapping) else None,
        strata=_lists(strata, "strata") if isinstance(strata, Mapping) else None,
        rates={name: _rate(text) for name, text in _mapping(signed.get("rates"), "rates").items()},
        count=_count(signed.get("count", 0), "count"),
        default_count=_count(signed["default_count"], "default_count") if "default_count" in signed else None,
        units_of=_lists(signed.get("units_of"), "units_of"),
        inspectors=inspectors,
        conflicts={side: _pairs(rows) for side, rows in _mapping(signed.get("conflicts"), "conflicts").items()},
        cap=_count(signed.get("cap", 0), "cap"),
    )
    _check(terms)
    return terms


def minutes(draw: Draw) -> list[tuple[str, str]]:
    """What anybody needs to compute the draw again, line by line: what it is, and its text."""
    rows = [("purpose", str(draw.terms.signed.get("purpose", ""))), ("hash", draw.suite), ("digest", draw.digest)]
    rows += [(f"commit {party}", str(entry.body["commit"])) for party, entry in sorted(draw.commits.items())]
    rows += [(f"seed {party}", str(entry.body["seed"])) for party, entry in sorted(draw.reveals.items())]
    if draw.silent:
        rows += [("silent", draw.silent), ("checkpoint", draw.checkpoint)]
    if draw.drawn is not None:
        rows.append(("key", draw.drawn.key))
        rows += [("drawn", ", ".join(draw.drawn.sample or ("—",)))]
        for side, team in draw.drawn.teams.items():
            rows.append((f"team {side}", ", ".join(f"{u}: {who}" for u, who in team.items()) if team else "—"))
    return rows


def _proposed(entry: Entry, sides: tuple[str, str]) -> Draw | None:
    name, signed, suite = entry.body.get("draw"), entry.body.get("terms"), entry.body.get("hash", "sha256")
    if not isinstance(name, str) or not name.startswith(f"D-{entry.party}-") or not isinstance(signed, Mapping):
        return None
    try:
        terms = terms_of(signed)
        digest = inspection.terms_digest(signed, str(suite)).hex()
    except Refusal:
        return None
    return Draw(name, entry.party, str(suite), terms, digest) if set(terms.parties) == set(sides) else None


def _take(draw: Draw, entry: Entry) -> None:
    body = entry.body
    if entry.kind == "note" and body.get("what") == "draw-agree":
        draw.agreed |= entry.party != draw.by and body.get("digest") == draw.digest
    elif entry.kind == "commit" and isinstance(body.get("commit"), str):
        draw.commits.setdefault(entry.party, entry)
    elif entry.kind == "reveal" and isinstance(body.get("seed"), str):
        draw.reveals.setdefault(entry.party, entry)
    elif entry.kind == "note" and body.get("what") == "draw-silence" and _may_call_silence(draw, entry):
        mine = draw.commits.get(entry.party)
        draw.silent = str(body.get("silent"))
        draw.checkpoint = str(mine.body.get("checkpoint", "")) if mine else ""


def _may_call_silence(draw: Draw, entry: Entry) -> bool:
    """Whether the deadline of the terms has passed by the caller's own clock, and he calls the other."""
    due, silent = draw.reveal_by, entry.body.get("silent")
    return (
        due is not None
        and entry.at.astimezone(ZONE).date() > due
        and silent in draw.terms.parties
        and (silent != entry.party)
    )


def _finish(draw: Draw) -> None:
    if not draw.agreed or set(draw.commits) != set(draw.terms.parties):
        draw.faults = tuple((party, "draw_early_reveal") for party in sorted(draw.reveals))
        return
    draw.faults = tuple(sorted({*_out_of_turn(draw), *_not_matching(draw)}))
    if draw.faults:
        return
    seeds = {party: bytes.fromhex(str(entry.body["seed"])) for party, entry in draw.reveals.items()}
    if set(seeds) == set(draw.terms.parties):
        draw.silent = None  # a reveal that came after all counts, whoever called silence
        draw.drawn = inspection.draw(draw.terms, seeds, draw.suite)
    elif draw.silent and draw.checkpoint and set(seeds) == set(draw.terms.parties) - {draw.silent}:
        checkpoint = bytes.fromhex(draw.checkpoint)
        draw.drawn = inspection.draw_in_silence(draw.terms, seeds, draw.silent, checkpoint, draw.suite)


def _out_of_turn(draw: Draw) -> Iterable[tuple[str, str]]:
    for party, reveal in draw.reveals.items():
        for other, commit in draw.commits.items():
            if other == party:
                continue
            if reveal.seen is None or reveal.seen.seq < commit.seq:
                yield party, "draw_early_reveal"
            if commit.seen is not None and commit.seen.seq >= reveal.seq:
                yield other, "draw_late_commit"


def _not_matching(draw: Draw) -> Iterable[tuple[str, str]]:
    digest = bytes.fromhex(draw.digest)
    for party, entry in draw.reveals.items():
        try:
            seed = bytes.fromhex(str(entry.body["seed"]))
            made = inspection.commit(digest, party, seed, draw.suite).hex()
        except (ValueError, Refusal):
            made = ""
        if made != draw.commits[party].body["commit"]:
            yield party, "draw_not_matching"


def _check(terms: Terms) -> None:
    kinds = [key for key in ("population", "weights", "strata") if key in terms.signed]
    drawable = len(terms.population)
    if terms.weights is not None:
        drawable = sum(weight > 0 for weight in terms.weights.values())
    if len(kinds) != 1 or len(terms.population) > MOST or terms.count > drawable:
        _refuse(", ".join(kinds) or "-", f"count <= {drawable}")
    if terms.strata is not None and set(terms.strata) != set(terms.rates):
        _refuse("rates", ", ".join(terms.strata))
    if len(set(terms.population)) != len(terms.population):
        _refuse("population", "each once")


def _names(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        _refuse(key, "[text, ...]")
    return tuple(value)


def _mapping(value: object, key: str) -> Mapping[str, object]:
    if value is None:
        return {}
    return value if isinstance(value, Mapping) else _refuse(key, "{name: ...}")


def _lists(value: object, key: str) -> dict[str, tuple[str, ...]]:
    return {str(name): _names(each, key) for name, each in _mapping(value, key).items()}


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list | tuple):
        _refuse("conflicts", "[[inspector, unit], ...]")
    rows = [_names(each, "conflicts") for each in value]
    return tuple((row[0], row[1]) if len(row) == 2 else _refuse("conflicts", "[inspector, unit]") for row in rows)


def _count(value: object, key: str) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9
    return int(str(value)) if whole else _refuse(key, "0, 1, 2, ...")


def _rate(value: object) -> Fraction:
    part, _, whole = str(value).partition("/")
    if not (part.isascii() and part.isdigit() and whole.isascii() and whole.isdigit() and 0 < len(whole) < 10):
        _refuse("rates", "1/4")
    return Fraction(int(part), int(whole)) if 0 <= int(part) <= int(whole) > 0 else _refuse("rates", "1/4")


def _refuse(key: str, expected: str) -> NoReturn:
    raise Refusal("bad_terms", met=key, expected=expected)
