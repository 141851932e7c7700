"""The account of an agreement: what both sides claim for each month, held side by side to the fen, and cleared by year.

A claim is an entry: the net of every party with the inputs it was computed from. A later claim of the same side for
the same month replaces the earlier, which is kept. The account is a function of the set of entries, so it does not
depend on the order in which they came. Where the sides differ, it is named in what: another rule, other inputs, or
another sum from the same of both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adjoin.core.entry import Entry, fingerprint, fingerprint_of
from adjoin.joint.expression import Values
from adjoin.joint.settle import Running, Settlement, shown

WHAT = "settlement"
Key = tuple[str, str, str]  # agreement, section, period


@dataclass(frozen=True, slots=True)
class Claim:
    """What one side says a month comes to, and from what."""

    key: Key
    party: str
    seq: int
    entry: str  # fingerprint
    rule: str  # fingerprint of the agreement
    inputs: Mapping[str, str]
    net_fen: Mapping[str, int] | None
    undefined: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A month of an account: the claim of each side, those they replaced, and whether they agree."""

    key: Key
    claims: Mapping[str, Claim]  # party -> its last claim
    replaced: tuple[Claim, ...]
    state: str  # "agreed", "undefined", "one_sided", "other_rule", "other_inputs", "differs"

    @property
    def net_fen(self) -> Mapping[str, int] | None:
        """What both agreed on."""
        return next(iter(self.claims.values())).net_fen if self.state == "agreed" else None


@dataclass(frozen=True, slots=True)
class Clearing:
    """A year cleared: the sum of the agreed months, who pays whom, and the months that stand open."""

    agreement: str
    section: str
    year: str
    net_fen: Mapping[str, int]
    payments: tuple[tuple[str, str, int], ...]  # payer, payee, fen
    agreed: tuple[str, ...]  # periods
    open: tuple[tuple[str, str], ...]  # period, state


def body_of(
    running: Running, section: str, period: str, inputs: Values, found: Settlement, *, station: str = ""
) -> dict[str, object]:
    """The body of a claim entry: money in whole fen, inputs as text with their digits.

    station : where the section's station stands, as text; a side that has moved it differs in its inputs
    """
    texts = {name: shown(value) for name, value in sorted(inputs.items())}
    if station:
        texts["@station"] = station
    return {
        "what": WHAT,
        "agreement": found.agreement,
        "rule": rule_fingerprint(running),
        "section": section,
        "period": period,
        "inputs": texts,
        "inputs_fingerprint": fingerprint(texts),
        "net_fen": dict(found.net_fen) if found.net_fen is not None else None,
        "undefined": found.undefined,
    }


def rule_fingerprint(running: Running) -> str:
    """The fingerprint of what an agreement says; its words and examples do not count."""
    a = running.agreement
    terms = [[t.name, t.kind, t.unit, t.formula, list(t.path), t.low or "", t.high or "", t.days] for t in a.terms]
    duties = [[d.id, d.when, d.payer, d.payee, d.yuan or ""] for d in a.duties]
    gaps = [[gap.id, gap.when] for gap in a.gaps]
    dates = [a.since.isoformat(), a.until.isoformat() if a.until else ""]
    return fingerprint([a.name, list(a.parties), list(a.pools), a.period, dates, terms, duties, gaps])


def account(entries: Iterable[Entry], sides: tuple[str, str]) -> tuple[Line, ...]:
    """The account that both chains amount to, by agreement, section and period."""
    found: dict[Key, list[Claim]] = {}
    for entry in entries:
        claim = _claim(entry) if entry.kind == "claim" else None
        if claim is not None and claim.party in sides:
            found.setdefault(claim.key, []).append(claim)
    return tuple(_line(key, found[key], sides) for key in sorted(found))


def clear(lines: Iterable[Line], agreement: str, section: str, year: str) -> Clearing:
    """A year cleared from its agreed months; what is not agreed stays open and is carried by nobody."""
    months = [line for line in lines if line.key[:2] == (agreement, section) and line.key[2][:4] == year]
    net: dict[str, int] = {}
    for line in months:
        for party, fen in (line.net_fen or {}).items():
            net[party] = net.get(party, 0) + fen
    agreed = tuple(line.key[2] for line in months if line.state == "agreed")
    still = tuple((line.key[2], line.state) for line in months if line.state != "agreed")
    return Clearing(agreement, section, year, net, _payments(net), agreed, still)


@dataclass(frozen=True, slots=True)
class Tried:
    """The same months under one formula: the net of every party, and how many months it leaves undefined."""

    agreement: str
    net_fen: Mapping[str, int]
    undefined: int


def what_if(months: Iterable[Values], formulas: Iterable[Running]) -> tuple[Tried, ...]:
    """The same months under several formulas: who would gain, before anyone signs."""
    rows = list(months)
    return tuple(_tried(running, rows) for running in formulas)


@dataclass(frozen=True, slots=True)
class Loophole:
    """A way in which a party gains by not telling: the text allows it."""

    party: str
    input: str  # what it would keep to itself
    honest_fen: int
    silent_fen: int  # what it gets then; nothing is paid where the text is silent

    @property
    def gain_fen(self) -> int:
        """What it gains."""
        return self.silent_fen - self.honest_fen


def loopholes(running: Running, inputs: Values) -> tuple[Loophole, ...]:
    """Where a party that reports an input gains by withholding it, at these inputs.

    Honest and silent nets are compared; an undefined month pays nobody. An input without a reporter may be withheld
    by any party.
    """
    honest = running.settle(inputs).net_fen
    if honest is None:
        return ()
    found: list[Loophole] = []
    for term in running.inputs:
        if term.name not in inputs:
            continue
        silent = running.settle({name: value for name, value in inputs.items() if name != term.name}).net_fen
        for party in [term.by] if term.by else running.agreement.parties:
            one, other = honest.get(party, 0), (silent or {}).get(party, 0)
            if other > one:
                found.append(Loophole(party, term.name, one, other))
    return tuple(found)


def _tried(running: Running, months: list[Values]) -> Tried:
    net, undefined = dict.fromkeys(running.agreement.parties, 0), 0
    for inputs in months:
        found = running.settle(inputs)
        undefined += found.net_fen is None
        for party, fen in (found.net_fen or {}).items():
            net[party] += fen
    return Tried(running.agreement.name, net, undefined)


def _line(key: Key, claims: list[Claim], sides: tuple[str, str]) -> Line:
    last: dict[str, Claim] = {}
    for claim in sorted(claims, key=lambda each: (each.party, each.seq)):
        last[claim.party] = claim
    entries = {claim.entry for claim in last.values()}
    replaced = sorted((each for each in claims if each.entry not in entries), key=lambda each: (each.party, each.seq))
    return Line(key, last, tuple(replaced), _state(last, sides))


def _state(claims: Mapping[str, Claim], sides: tuple[str, str]) -> str:
    if set(claims) != set(sides):
        return "one_sided"
    one, other = (claims[side] for side in sides)
    if one.rule != other.rule:
        return "other_rule"
    if one.inputs != other.inputs:
        return "other_inputs"
    if (one.net_fen, one.undefined) != (other.net_fen, other.undefined):
        return "differs"
    return "agreed" if one.net_fen is not None else "undefined"


def _payments(net: Mapping[str, int]) -> tuple[tuple[str, str, int], ...]:
    """The payments that bring every net to nothing: the largest debtor to the largest creditor, in turn."""
    left, made = dict(net), []
    while any(left.values()):
        payer = min(left, key=lambda party: (left[party], party))
        payee = max(left, key=lambda party: (left[party], party))
        fen = min(-left[payer], left[payee])
        if fen <= 0:
            break
        left[payer] += fen
        left[payee] -= fen
        made.append((payer, payee, fen))
    return tuple(made)


def _claim(entry: Entry) -> Claim | None:
    """A claim as far as it can be read; what is no settlement is none."""
    body = entry.body
    texts = [body.get(key) for key in ("agreement", "section", "period", "rule")]
    inputs, net = body.get("inputs"), body.get("net_fen")
    if body.get("what") != WHAT or not all(isinstance(text, str) for text in texts) or not isinstance(inputs, Mapping):
        return None
    if net is not None and not _is_net(net):
        return None
    agreement, section, period, rule = map(str, texts)
    return Claim(
        key=(agreement, section, period),
        party=entry.party,
        seq=entry.seq,
        entry=fingerprint_of(entry),
        rule=rule,
        inputs={str(name): str(value) for name, value in inputs.items()},
        net_fen=dict(net) if isinstance(net, Mapping) else None,
        undefined=body.get("undefined") is True,
    )


def _is_net(net: object) -> bool:
    return isinstance(net, Mapping) and all(isinstance(fen, int) and not isinstance(fen, bool) for fen in net.values())
