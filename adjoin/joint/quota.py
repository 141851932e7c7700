"""What two parties spend together, divided between them: being out of touch can never overspend it.

A quota has a total and a part for each holder; the parts add up to the total. Each holder spends only its own
part, so no entry of one side can take what is the other's. A part is handed over by an entry of the giver, by
which it leaves the giver's part at once, and an entry of the taker that answers it; until then it is on its way
and belongs to nobody. What the taker declines the giver takes back by an entry that answers the refusal.

    total = sum over holders (held + spent) + what is on its way

Whatever changes a holder's part stands in the holder's own chain, in its order, and answers only what the holder
had seen. So whether an entry counts is known when it is signed, and is the same on both sides whenever what
arrives. An entry that does not count is kept as a protest, named, and changes nothing.

    open   {quota, do, unit, total, parts: {party: amount}, about}   proposed by one
    agree  {quota, do}   answers an open: both have signed, the quota may be spent
    spend  {quota, do, amount, for}
    return {quota, do, amount}   answers a spend of one's own: what was spent too much comes back
    hand   {quota, do, to, amount}
    accept {quota, do} · decline {quota, do}   answers a hand
    take-back {quota, do}   answers a decline

Amounts are text with their digits, exact. Source: escrow method for distributed counters (O'Neil 1986).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from adjoin.core.entry import Entry
from adjoin.core.refusal import Refusal
from adjoin.joint.causal import Event, in_causal_order

ZERO = Decimal(0)
ANSWERS = ("agree", "accept", "decline", "take-back", "return")  # steps that answer another


@dataclass(frozen=True, slots=True)
class Part:
    """What one holder has: still to spend, spent, and handed over but not yet accepted."""

    held: Decimal = ZERO
    spent: Decimal = ZERO
    offered: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class QuotaStep:
    """One entry that counted."""

    entry: str  # fingerprint
    party: str
    seq: int
    do: str
    amount: Decimal
    to: str  # of a hand: who may accept it
    about: str


@dataclass(frozen=True, slots=True)
class QuotaProtest:
    """An entry that asked for what was not its maker's to give; kept, named, changes nothing."""

    entry: str
    party: str
    seq: int
    quota: str
    do: str
    fault: str  # kind of the refusal that says it


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota as both chains make it."""

    id: str
    unit: str
    total: Decimal
    about: str
    proposer: str
    agreed: bool
    parts: Mapping[str, Part]
    steps: tuple[QuotaStep, ...]

    @property
    def spent(self) -> Decimal:
        """What all holders spent."""
        return sum((part.spent for part in self.parts.values()), ZERO)

    @property
    def on_its_way(self) -> Decimal:
        """What was handed over and neither accepted nor taken back."""
        return sum((part.offered for part in self.parts.values()), ZERO)

    def waiting(self, do: str) -> tuple[QuotaStep, ...]:
        """The steps of a kind that nobody has answered: hands to accept, refusals to take back."""
        return tuple(step for step in self.steps if step.do == do and not self._answered(step))

    def _answered(self, step: QuotaStep) -> bool:
        return any(each.about == step.entry for each in self.steps if each.do in ANSWERS)


@dataclass(frozen=True, slots=True)
class Quotas:
    """All quotas, by id, and what did not count."""

    quotas: tuple[Quota, ...]
    protests: tuple[QuotaProtest, ...]

    def get(self, name: str) -> Quota:
        """The quota of this id."""
        found = next((each for each in self.quotas if each.id == name), None)
        if found is None:
            raise Refusal("quota_unknown", met=name, expected=", ".join(each.id for each in self.quotas) or "-")
        return found


def quotas(entries: Iterable[Entry]) -> Quotas:
    """The quotas that the entries of both chains amount to.

    entries : of both chains, in any order, as often as they come
    """
    book = _Book()
    for event in in_causal_order(entries):
        if event.entry.kind == "quota":
            book.take(event)
    made = tuple(matter.quota() for _, matter in sorted(book.matters.items()))
    return Quotas(made, tuple(book.protests))


def check(entries: Iterable[Entry], entry: Entry) -> None:
    """Refuses a quota entry that would not count; to be asked before it is signed.

    entries : all that is held of both chains, the own chain up to the entry before
    """
    held = (*entries, entry)
    protests = quotas(held).protests
    last = next((each for each in protests if (each.party, each.seq) == (entry.party, entry.seq)), None)
    if last is not None:
        part = next((q.parts.get(entry.party, Part()) for q in quotas(held).quotas if q.id == last.quota), Part())
        asked = entry.body.get("amount", entry.body.get("total", "-"))
        raise Refusal(last.fault, met=f"{last.quota} {last.do} {asked}", expected=str(part.held), party=entry.party)


def sum_of(*texts: str) -> str:
    """The sum of some amounts, as text; one that is none is refused."""
    try:
        return f"{sum((amount(text.strip()) for text in texts), ZERO):f}"
    except ValueError:
        raise Refusal("quota_bad_body", met=", ".join(texts)) from None


def amount(text: object) -> Decimal:
    """The amount that a text says, exact and not negative; anything else is a ValueError."""
    if not isinstance(text, str) or len(text) > 40:
        raise ValueError(text)
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not found.is_finite() or found < 0 or found.as_tuple().exponent not in range(-12, 1) or found >= Decimal(10**24):
        raise ValueError(text)
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """The body of a quota entry, as far as it can be read."""

    quota: str
    do: str
    amount: Decimal
    to: str
    unit: str
    about: str
    parts: Mapping[str, Decimal]

    @classmethod
    def of(cls, body: Mapping[str, object]) -> "_Asked | None":
        try:
            texts = {key: _text(body.get(key, "")) for key in ("quota", "do", "to", "unit")}
            parts = body.get("parts", {})
            if not isinstance(parts, Mapping) or not 0 < len(texts["quota"]) <= 120:
                return None
            asked = body.get("total") if texts["do"] == "open" else body.get("amount", "0")
            about = _text(body.get("about", body.get("for", "")))
            shares = {_text(party): amount(part) for party, part in parts.items()}
            return cls(amount=amount(asked), about=about, parts=shares, **texts)
        except (TypeError, ValueError):
            return None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(value)


@dataclass(slots=True)
class _Matter:
    """A quota in the making."""

    id: str
    opened: Event
    asked: _Asked
    agreed: Event | None = None
    parts: dict[str, Part] = field(default_factory=dict)
    steps: list[QuotaStep] = field(default_factory=list)
    made: dict[str, tuple[Event, _Asked]] = field(default_factory=dict)  # by fingerprint
    answered: set[str] = field(default_factory=set)

    def known_agreed(self, event: Event) -> bool:
        return self.agreed is not None and (event.knew(self.agreed) or event.place == self.agreed.place)

    def move(self, party: str, *, held: Decimal = ZERO, spent: Decimal = ZERO, offered: Decimal = ZERO) -> None:
        part = self.parts[party]
        self.parts[party] = Part(part.held + held, part.spent + spent, part.offered + offered)

    def quota(self) -> Quota:
        asked = self.asked
        return Quota(
            id=self.id,
            unit=asked.unit,
            total=asked.amount,
            about=asked.about,
            proposer=self.opened.entry.party,
            agreed=self.agreed is not None,
            parts=dict(sorted(self.parts.items())),
            steps=tuple(self.steps),
        )


@dataclass(slots=True)
class _Book:
    """The quotas so far."""

    matters: dict[str, _Matter] = field(default_factory=dict)
    protests: list[QuotaProtest] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Count an entry, or keep it as a protest."""
        asked = _Asked.of(event.entry.body)
        fault = "quota_bad_body" if asked is None else self._fault(event, asked)
        if fault is not None or asked is None:
            name, do = (str(event.entry.body.get(key, "-"))[:120] for key in ("quota", "do"))
            place = event.entry.party, event.entry.seq
            self.protests.append(QuotaProtest(event.fingerprint, *place, name, do, fault or "quota_bad_body"))

    def _fault(self, event: Event, asked: _Asked) -> str | None:
        if asked.do == "open":
            return self._open(event, asked)
        matter = self.matters.get(asked.quota)
        if matter is None or not (event.knew(matter.opened) or event.place == matter.opened.place):
            return "quota_unknown"
        step = _STEPS.get(asked.do)
        if step is None:
            return "quota_bad_body"
        if asked.do != "agree" and not matter.known_agreed(event):
            return "quota_not_agreed"
        if event.entry.party not in matter.parts:
            return "quota_not_yours"
        fault = step(matter, event, asked)
        if fault is None:
            answers = event.entry.answers if asked.do in ANSWERS else None
            _keep(matter, event, asked, answers)
        return fault

    def _open(self, event: Event, asked: _Asked) -> str | None:
        if asked.quota in self.matters:
            return "quota_exists"
        if not asked.quota.startswith(f"Q-{event.entry.party}-") or event.entry.party not in asked.parts:
            return "quota_bad_body"
        if len(asked.parts) < 2 or sum(asked.parts.values(), ZERO) != asked.amount:
            return "quota_wrong_sum"
        parts = {party: Part(held=part) for party, part in asked.parts.items()}
        matter = self.matters[asked.quota] = _Matter(asked.quota, event, asked, parts=parts)
        _keep(matter, event, asked, None)
        return None


def _keep(matter: _Matter, event: Event, asked: _Asked, answers: str | None) -> None:
    if answers is not None:
        matter.answered.add(answers)
    matter.made[event.fingerprint] = (event, asked)
    entry = event.entry
    about = answers if answers is not None else asked.about
    step = QuotaStep(event.fingerprint, entry.party, entry.seq, asked.do, asked.amount, asked.to, about)
    matter.steps.append(replace(step, amount=_answered(matter, answers).amount) if answers in matter.made else step)


def _agree(matter: _Matter, event: Event, _: _Asked) -> str | None:
    if event.entry.answers != matter.opened.fingerprint or event.entry.party == matter.opened.entry.party:
        return "quota_not_yours"
    if matter.agreed is not None:
        return "quota_answered"
    matter.agreed = event
    return None


def _spend(matter: _Matter, event: Event, asked: _Asked) -> str | None:
    party = event.entry.party
    if asked.amount > matter.parts[party].held:
        return "quota_overspent"
    matter.move(party, held=-asked.amount, spent=asked.amount)
    return None


def _return(matter: _Matter, event: Event, asked: _Asked) -> str | None:
    fault = _may_answer(matter, event, "spend", own=True)
    if fault is not None:
        return fault
    if asked.amount > _answered(matter, event.entry.answers).amount:
        return "quota_overspent"
    matter.move(event.entry.party, held=asked.amount, spent=-asked.amount)
    return None


def _hand(matter: _Matter, event: Event, asked: _Asked) -> str | None:
    party = event.entry.party
    if asked.to not in matter.parts or asked.to == party:
        return "quota_bad_body"
    if asked.amount > matter.parts[party].held:
        return "quota_overspent"
    matter.move(party, held=-asked.amount, offered=asked.amount)
    return None


def _accept(matter: _Matter, event: Event, _: _Asked) -> str | None:
    fault = _may_answer(matter, event, "hand", own=False)
    if fault is None:
        giver, offer = matter.made[str(event.entry.answers)]
        matter.move(giver.entry.party, offered=-offer.amount)
        matter.move(event.entry.party, held=offer.amount)
    return fault


def _decline(matter: _Matter, event: Event, _: _Asked) -> str | None:
    return _may_answer(matter, event, "hand", own=False)


def _take_back(matter: _Matter, event: Event, _: _Asked) -> str | None:
    fault = _may_answer(matter, event, "decline", own=False)
    if fault is None:
        refusal, _asked = matter.made[str(event.entry.answers)]
        giver, offer = matter.made[str(refusal.entry.answers)]
        if giver.entry.party != event.entry.party:
            return "quota_not_yours"
        matter.move(event.entry.party, held=offer.amount, offered=-offer.amount)
    return fault


def _may_answer(matter: _Matter, event: Event, do: str, *, own: bool) -> str | None:
    """Whether an entry answers one of a kind that its maker had seen, that is meant for it, and for the first time."""
    name, party = event.entry.answers, event.entry.party
    if name is None or name not in matter.made:
        return "quota_unknown"
    before, asked = matter.made[name]
    if asked.do != do or not event.knew(before):
        return "quota_unknown"
    if (before.entry.party == party) is not own or (do == "hand" and asked.to != party):
        return "quota_not_yours"
    return "quota_answered" if name in matter.answered else None


def _answered(matter: _Matter, name: str | None) -> _Asked:
    return matter.made[str(name)][1]


_STEPS: Mapping[str, Callable[[_Matter, Event, _Asked], str | None]] = {
    "agree": _agree, "spend": _spend, "return": _return, "hand": _hand,
    "accept": _accept, "decline": _decline, "take-back": _take_back,
}  # fmt: skip
