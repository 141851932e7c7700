"""Rows into a register: a form or a filled template becomes entries that say what is different from now on.

Only the side that registered a thing corrects it, and it says why.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adjoin.core.refusal import Refusal
from adjoin.core.site import Kind
from adjoin.formats import registers as sheets
from adjoin.formats.tables import Reject
from adjoin.loop import observe
from adjoin.loop.observe import Receipt
from adjoin.loop.register_values import Values, checked, kind_of, said, whole
from adjoin.loop.registers import ABOUT, Record, records
from adjoin.loop.workspace import Workspace

AT_ONCE = 200  # rows of one entry
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Put:
    """What became of rows: ids of new records and of corrected ones, and how many said nothing new."""

    added: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    known: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: its receipt, and what it put into the register."""

    receipt: Receipt
    put: Put


def put(
    workspace: Workspace,
    kind: str,
    rows: Sequence[tuple[str, Values]],
    *,
    by: str,
    reason: str = "",
    now: datetime,
) -> Put:
    """Register rows of a kind: (id or "", what is said). A row that says nothing new changes nothing.

    Each row is held against the kind; the first that cannot be is refused and nothing is written.
    """
    known = records(workspace)
    read = _Naming(workspace, kind_of(kind), known).all(rows)
    added = [(name, changes) for name, changes in read if name not in known]
    corrected = [(name, changes) for name, changes in read if name in known and changes]
    if corrected and not reason.strip():
        raise Refusal("register_no_reason")

    for entry_kind, changed in (("note", added), ("correct", corrected)):
        for at in range(0, len(changed), AT_ONCE):
            some = changed[at : at + AT_ONCE]
            check = _unmoved(workspace, known, [name for name, _ in some])
            workspace.record(entry_kind, _body(kind, some, by, reason), now=now, check=check)
    names = [tuple(name for name, _ in changed) for changed in (added, corrected)]
    return Put(names[0], names[1], len(read) - len(added) - len(corrected))


def take(workspace: Workspace, kind: str, data: bytes, *, file: str, by: str, reason: str, now: datetime) -> Taken:
    """Take in a filled template: rows that hold are registered, the others are kept with cell and reason.

    On the receipt the rows that hold count as known: it brings no reading into the observed book.
    """
    chosen, region, side = kind_of(kind), workspace.region, workspace.party
    rows, rejects = sheets.read(
        data,
        file,
        chosen,
        lambda attribute, text: said(region, side, attribute, text),
        whole,
    )
    naming = _Naming(workspace, chosen, records(workspace))
    named = [(naming.held(row), row) for row in rows]
    faults = [fault for name, row in named if (fault := naming.fault(name, row)) is not None]
    bad = {each.row for each in (*rejects, *faults)}
    good = [(name, row.values) for name, row in named if row.number not in bad]
    done = put(workspace, kind, good, by=by, reason=reason.strip() or file, now=now)

    facts = {
        "file": file, "mapping": f"{ABOUT}:{kind}", "sha256": hashlib.sha256(data).hexdigest(),
        "received": now.timestamp(), "values": len(good) + len(bad), "ignored": [],
        "new": 0, "known": len(good), "replaced": 0,
    }  # fmt: skip
    number = workspace.done.receipt(facts, [observe.reject_row(each) for each in (*rejects, *faults)])
    return Taken(next(each for each in observe.receipts(workspace) if each.id == number), done)


@dataclass(slots=True)
class _Naming:
    """Rows of one kind on their way in: each gets its id, and is held against what is known of it."""

    workspace: Workspace
    kind: Kind
    known: Mapping[str, Record]

    def all(self, rows: Sequence[tuple[str, Values]]) -> list[tuple[str, dict[str, str]]]:
        """Each row as (id, what is new)."""
        read, taken = [], set(self.known)
        for name, given in rows:
            mine = self._id(name.strip(), taken)
            taken.add(mine)
            read.append((mine, self._changes(mine, given)))
        return read

    def held(self, row: sheets.Row) -> str:
        """The id of the record that a row without one means: it says the same, or is the only one of its name."""
        if row.id:
            return row.id
        known = [each for each in self.known.values() if self._means(each, row.values)]
        same = [each for each in known if all(each.values.get(code, "") == text for code, text in row.values.items())]
        found = same[:1] or (known if len(known) == 1 else [])
        return found[0].site.id if found else ""

    def fault(self, name: str, row: sheets.Row) -> Reject | None:
        """Why a row cannot stand under its id; nothing where it can."""
        try:
            self._id(name, set(self.known))
        except Refusal as refusal:
            return Reject(row.number, row.line, "id", refusal.kind, refusal.facts)
        return None

    def _means(self, held: Record, values: Values) -> bool:
        parts = ("credit_code",) if values.get("credit_code") else ("name_zh", "county")
        mine = held.side == self.workspace.party and held.site.kind == self.kind.code
        return mine and all(held.values.get(part, "") == values.get(part, "") for part in parts)

    def _id(self, name: str, taken: set[str]) -> str:
        prefix = f"{self.workspace.party}-{self.kind.code.replace('_', '-')}-"
        if not name:
            number = 1 + sum(each.startswith(prefix) for each in taken)
            while f"{prefix}{number:04d}" in taken:
                number += 1
            return f"{prefix}{number:04d}"
        held = self.known.get(name)
        if held is None and not (name.startswith(prefix) and _ID.fullmatch(name) and len(name) <= 80):
            raise Refusal("register_no_id", met=name[:80], expected=prefix)
        if held is not None and held.side != self.workspace.party:
            raise Refusal("not_your_record", met=name, party=held.side)
        if held is not None and held.site.kind != self.kind.code:
            raise Refusal("register_other_kind", met=name, kind=held.site.kind, expected=self.kind.code)
        return name

    def _changes(self, name: str, given: Values) -> dict[str, str]:
        region, side = self.workspace.region, self.workspace.party
        held = self.known[name].values if name in self.known else {}
        said = checked(region, side, self.kind, {**held, **given})
        return {code: value for code, value in said.items() if value != held.get(code, "")}


def _unmoved(workspace: Workspace, known: Mapping[str, Record], names: Sequence[str]) -> Callable[[], None]:
    """A look, within the transaction that writes, whether the records still stand as they were read."""

    def check() -> None:
        lately = records(workspace)
        if any(lately.get(name) != known.get(name) for name in names):
            raise Refusal("register_moved")

    return check


def _body(kind: str, rows: Sequence[tuple[str, Values]], by: str, reason: str) -> dict[str, object]:
    sites = [{"id": name, "values": dict(changes)} for name, changes in rows]
    return {"about": ABOUT, "do": "put", "kind": kind, "sites": sites, "by": by, "reason": reason.strip()}
