"""Measure: readings come in, and what could not come in is kept with its reason."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import IO

from adjoin.core.observation import Observation, Report
from adjoin.core.period import ZONE
from adjoin.core.site import Site
from adjoin.formats import bundle, mappings
from adjoin.formats.tables import Reject, Sheet, Window
from adjoin.loop.workspace import Workspace
from adjoin.store.observed import FIRST_FORM, RECEIPTS
from adjoin.store.protocol import Taken
from adjoin.store.room import room

INBOX = "inbox.sqlite"  # in the folder of a workspace at which stations ever reported
_EVER = datetime(1900, 1, 1, tzinfo=ZONE)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a file."""

    id: int
    file: str
    mapping: str
    sha256: str
    received: datetime
    values: int  # good ones and rejects
    new: int
    known: int
    replaced: int
    rejects: int
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions of one value: of one site, quantity, time and origin."""

    before: Observation
    after: Observation


@dataclass
class _Sorted:
    """The rows of a table on their way into the book; what is rejected waits in a file beside it."""

    sheet: Sheet
    spool: IO[str]
    rejects: int = 0

    def __iter__(self) -> Iterator[Report]:
        for each in self.sheet:
            if isinstance(each, Reject):
                self.rejects += 1
                self.spool.write(json.dumps(reject_row(each)) + "\n")
            else:
                yield each

    def rejected(self) -> Iterator[Mapping[str, object]]:
        """What was rejected, in the order of its rows."""
        self.spool.seek(0)
        return map(json.loads, self.spool)


def take(
    workspace: Workspace,
    path: Path,
    mapping: str,
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
    since: datetime | None = None,
) -> Receipt:
    """Take in a table of readings; the good values go in, the others are kept with row and reason.

    since : the oldest time a reading may have, where that is not the bundle's `past_days` before now
    """
    mapped = mappings.mapping(mapping, workspace.region_folder / "mappings")
    window = Window.at(now, workspace.region, since)
    sheet = Sheet(path, mapped, workspace.region, now=now, window=window)

    with room(workspace.folder), tempfile.TemporaryFile("w+", dir=workspace.folder, encoding="utf-8") as spool:
        rows = _Sorted(sheet, spool)

        def receipt(taken: Taken) -> int:
            facts = {
                "file": path.name, "mapping": mapping, "sha256": _sha256(path), "received": now.timestamp(),
                "values": taken.values + rows.rejects, "ignored": list(sheet.ignored), **asdict(taken),
            }  # fmt: skip
            numbers.append(workspace.done.receipt(facts, rows.rejected(), last=_settled(workspace)))
            return numbers[-1]

        numbers: list[int] = []
        workspace.observed.take_reports(sheet.head, rows, progress, receipt=receipt)
    return next(each for each in receipts(workspace) if each.id == numbers[0])


def take_bundle(workspace: Workspace, *, now: datetime, known: Collection[str] = ()) -> tuple[Receipt, ...]:
    """Take in the readings that the bundle brings, however old, but for files whose SHA-256 is known."""
    files = bundle.observation_files(workspace.region_folder)
    fresh = [(path, mapping) for path, mapping in files if _sha256(path) not in known]
    return tuple(take(workspace, path, mapping, now=now, since=_EVER) for path, mapping in fresh)


def sample(workspace: Workspace) -> tuple[date, date] | None:
    """First and last day of the sections' readings, where all that ever came in are the tables of the bundle.

    Nothing where any other file was taken, or where stations ever reported here.
    """
    if not (workspace.folder / INBOX).exists():
        return workspace.computed("sample", lambda: _sample(workspace))
    return None


def _sample(workspace: Workspace) -> tuple[date, date] | None:
    brought = {_sha256(path) for path, _ in bundle.observation_files(workspace.region_folder) if path.exists()}
    if not {receipt.sha256 for receipt in receipts(workspace)} <= brought:
        return None
    counted = coverage(workspace)
    days = [day for site in workspace.region.sections for day in counted.get(site.id, ())]
    return (min(days), max(days)) if days else None


def receipts(workspace: Workspace) -> tuple[Receipt, ...]:
    """What became of each file, newest first."""
    last = _settled(workspace)
    rows = (
        row for row in workspace.done.receipts() if last < 0 or row["id"] <= last or not row["new"] + row["replaced"]
    )
    return tuple(map(_receipt, rows))


def rejects(workspace: Workspace, receipt: int, limit: int | None = None) -> Iterator[Reject]:
    """What a file could not give, in the order of its rows, however many."""
    for row in workspace.done.rejects(receipt, limit):
        yield Reject(row["row"], row["line"], row["column"], row["kind"], row["facts"])


def differences(workspace: Workspace, received: datetime | None = None) -> tuple[Difference, ...]:
    """Where a value was said again and differently: the newest counts, both are kept; of one receipt or of all."""
    rows = workspace.computed(("revised", received), lambda: workspace.observed.revised(received))
    pairs = [(before, after) for before, after in pairwise(rows) if before.key == after.key]
    return tuple(Difference(before, after) for before, after in pairs if received in {None, after.received})


def coverage(workspace: Workspace) -> Mapping[str, Mapping[date, int]]:
    """How many values each site gave on each day."""
    return workspace.computed("coverage", workspace.observed.coverage)


def newest(workspace: Workspace) -> datetime | None:
    """The time of the newest value."""
    span = workspace.computed("span", workspace.observed.span)
    return span[1] if span else None


def silent(workspace: Workspace, *, now: datetime) -> tuple[tuple[Site, datetime | None], ...]:
    """Automatic sections that gave nothing for longer than the bundle allows, with their last time."""
    limit = now - timedelta(hours=float(workspace.region.parameter("stale_hours")))
    last: dict[str, datetime] = {}
    for (site, _), row in workspace.computed("latest", workspace.observed.latest).items():
        last[site] = max(row.time, last.get(site, row.time))
    sections = [site for site in workspace.region.sections if site.attributes.get("auto")]
    return tuple((site, last.get(site.id)) for site in sections if last.get(site.id, limit) <= limit)


def _settled(workspace: Workspace) -> int:
    """The last receipt whose readings are in the book; negative in a book from before they were numbered there."""
    last = workspace.observed.taken(RECEIPTS)
    return -1 if last == 0 and workspace.observed.taken(FIRST_FORM) else last


def _receipt(row: Mapping[str, object]) -> Receipt:
    facts = {name: value for name, value in row.items() if name not in {"received", "ignored"}}
    received = datetime.fromtimestamp(float(str(row["received"])), ZONE)
    return Receipt(received=received, ignored=tuple(row["ignored"]), **facts)  # type: ignore[arg-type]  # columns of the table


def reject_row(reject: Reject) -> dict[str, object]:
    """A reject as the row that is kept of it."""
    facts = {name: str(value) for name, value in reject.facts.items()}
    return {"row": reject.row, "line": reject.line, "column": reject.column, "kind": reject.kind, "facts": facts}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
