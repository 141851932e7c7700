"""White list: hazardous waste that may cross the line without asking each time, as far as the list of the year goes.

A line of the list is a quota that both signed, `Q-<party>-waste/<year>/<receiver>/<code>`, divided between the sides,
so that being out of touch can never overspend it. A transfer inside this side's part is approved at once, and the
entry that spends it tells the other side; one above it or outside the list opens a consent case with its clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from adjoin.core.entry import Entry, Seen, fingerprint_of, follow
from adjoin.core.evidence import Evidence
from adjoin.core.refusal import Refusal
from adjoin.joint import quota as quotas
from adjoin.joint.case import Case
from adjoin.joint.quota import ZERO, Part, Quota
from adjoin.loop import hand_over
from adjoin.loop.workspace import Workspace
from adjoin.methods.written import as_text, as_written
from adjoin.waste.transfer import Application, Listed, Verdict, decide

PREFIX, UNIT, CONSENT = "waste", "t", "waste-consent"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list of a year: its total, what each side has left and spent, and what is on its way."""

    id: str
    year: int
    receiver: str
    code: str
    agreed: bool
    proposer: str
    total: Decimal
    parts: Mapping[str, Part]
    on_its_way: Decimal

    @property
    def spent(self) -> Decimal:
        """What both have spent."""
        return sum((part.spent for part in self.parts.values()), ZERO)

    @property
    def left(self) -> Decimal:
        """What is left of the line."""
        return self.total - self.spent


@dataclass(frozen=True, slots=True)
class Decided:
    """What this side decided, and what it signed or opened for it."""

    verdict: Verdict
    spent: Entry | None = None
    case: Case | None = None


def rows(workspace: Workspace, year: int | None = None) -> tuple[Row, ...]:
    """The list, line by line; of one year, or of all."""
    made = workspace.computed("white list", lambda: _rows(workspace))
    return tuple(row for row in made if year is None or row.year == year)


def propose(
    workspace: Workspace, year: int, receiver: str, code: str, parts: Mapping[str, str], *, by: str, now: datetime
) -> Row:
    """Propose a line of the list: how much each side may send of it."""
    name = f"Q-{workspace.party}-{_key(year, receiver, code)}"
    total = sum((quotas.amount(text) for text in parts.values()), ZERO)
    body = {
        "quota": name,
        "do": "open",
        "unit": UNIT,
        "total": str(total),
        "parts": dict(parts),
        "about": f"{receiver} {code}",
    }
    _sign(workspace, {**body, "by": by}, now=now)
    return _row(workspace, name)


def agree(workspace: Workspace, name: str, *, by: str, now: datetime) -> Row:
    """Sign a line that the other side proposed."""
    opened = _opening(workspace, name)
    _sign(workspace, {"quota": name, "do": "agree", "by": by}, now=now, answers=fingerprint_of(opened))
    return _row(workspace, name)


def apply(workspace: Workspace, asked: Application, *, site: str, by: str, now: datetime) -> Decided:
    """Decide on an application: approve inside the list at once and tell; else open a consent case; or refuse."""
    key = _key(asked.year, asked.receiver, asked.code)
    lines = [each for each in rows(workspace) if each.id.endswith(f"-{key}") and each.agreed]
    row = max(lines, key=lambda each: _mine(workspace, each).held, default=None)
    verdict = decide(asked, _listed(workspace, row))

    if verdict.decision == "approve_and_inform" and row is not None:
        body = {
            "quota": row.id,
            "do": "spend",
            "amount": _text(asked.tonnes),
            "for": f"{asked.receiver} {asked.code}",
            "by": by,
        }
        return Decided(verdict, spent=_sign(workspace, body, now=now))
    if verdict.decision == "consult":
        about = f"{asked.receiver} {asked.code} {_text(asked.tonnes)} t {asked.year}"
        case = hand_over.open_message(
            workspace,
            procedure=CONSENT,
            site=site,
            quantity=asked.code,
            by=by,
            reason=about,
            evidence=[Evidence("note", about, about, about)],
            now=now,
        )
        return Decided(verdict, case=case)
    return Decided(verdict)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A year of the list, held together: a line whose sum does not come out, or an entry that did not count."""

    row: Row
    balanced: bool  # held + spent + on its way is the total
    protests: int


def reconcile(workspace: Workspace, year: int) -> tuple[Reconciled, ...]:
    """The list of a year at its end: what was spent by whom, whether it adds up, what was refused."""
    protests = [each.quota for each in quotas.quotas(workspace.done.entries()).protests]
    return tuple(
        Reconciled(row, _sum(row) == row.total, protests.count(row.id)) for row in rows(workspace, year) if row.agreed
    )


def _sum(row: Row) -> Decimal:
    return sum((part.held + part.spent + part.offered for part in row.parts.values()), ZERO)


def _rows(workspace: Workspace) -> tuple[Row, ...]:
    found = quotas.quotas(workspace.done.entries()).quotas
    return tuple(row for each in found if (row := _of(each)) is not None)


def _of(quota: Quota) -> Row | None:
    parts = quota.id.removeprefix(f"Q-{quota.proposer}-").split("/")
    if len(parts) != 4 or parts[0] != PREFIX or not parts[1].isdigit() or quota.unit != UNIT:
        return None
    _, year, receiver, code = parts
    return Row(
        id=quota.id,
        year=int(year),
        receiver=receiver,
        code=code,
        agreed=quota.agreed,
        proposer=quota.proposer,
        total=quota.total,
        parts=quota.parts,
        on_its_way=quota.on_its_way,
    )


def _listed(workspace: Workspace, row: Row | None) -> list[Listed]:
    """The line as this side may use it: its own part."""
    if row is None:
        return []
    mine = _mine(workspace, row)
    return [Listed(row.receiver, row.code, row.year, float(mine.held + mine.spent), float(mine.spent))]


def _mine(workspace: Workspace, row: Row) -> Part:
    return row.parts.get(workspace.party, Part())


def _row(workspace: Workspace, name: str) -> Row:
    return next(each for each in rows(workspace) if each.id == name)


def _opening(workspace: Workspace, name: str) -> Entry:
    for entry in workspace.done.entries(workspace.other):
        if entry.kind == "quota" and entry.body.get("quota") == name and entry.body.get("do") == "open":
            return entry
    raise Refusal("quota_unknown", met=name, expected=", ".join(row.id for row in rows(workspace)) or "-")


def _sign(workspace: Workspace, body: Mapping[str, object], *, now: datetime, answers: str | None = None) -> Entry:
    """Sign a quota entry that counts; one that would not is refused within the same transaction."""

    def check() -> None:
        held = workspace.done.entries()
        last = {each.party: each for each in held}  # by party and seq, so the last of each stands
        other = last.get(workspace.other)
        seen = Seen(other.party, other.seq, fingerprint_of(other)) if other else None
        mine, key = last.get(workspace.party), workspace.signer.key.key_id
        made = follow(mine, party=workspace.party, kind="quota", body=body, answers=answers, seen=seen, at=now, key=key)
        quotas.check(held, made)

    return workspace.record("quota", body, now=now, answers=answers, check=check)


def _key(year: int, receiver: str, code: str) -> str:
    for part in (receiver, code):
        if not part or "/" in part or len(part) > 40:
            raise Refusal("bad_list_line", met=part[:60], expected="A-1, 900-052-31")
    return f"{PREFIX}/{year}/{receiver}/{code}"


def _text(tonnes: float) -> str:
    return as_text(as_written(tonnes))
