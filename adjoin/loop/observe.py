"""Measure: readings come in, and what could not come in is kept with its reason."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.core.site import Site
from adjoin.formats import bundle, tables
from adjoin.formats.tables import Reject
from adjoin.loop.workspace import Workspace

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


@dataclass
class _Sorted:
    """A stream of readings on its way into the book; what is rejected stays here."""

    stream: Iterator[Observation | Reject]
    rejects: list[Reject] = field(default_factory=list)
    values: int = 0

    def __iter__(self) -> Iterator[Observation]:
        for each in self.stream:
            self.values += 1
            if isinstance(each, Reject):
                self.rejects.append(each)
            else:
                yield each


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
    mapped = tables.mapping(mapping, workspace.region_folder / "mappings")
    window = tables.Window.at(now, workspace.region, since)
    ignored = tables.ignored_columns(path, mapped, workspace.region)
    stream = _Sorted(tables.readings(path, mapped, workspace.region, now=now, window=window))

    taken = workspace.observed.take(stream, progress)

    facts = {
        "file": path.name, "mapping": mapping, "sha256": _sha256(path), "received": now.timestamp(),
        "values": stream.values, "ignored": list(ignored), **asdict(taken),
    }  # fmt: skip
    workspace.done.receipt(facts, [_reject_row(reject) for reject in stream.rejects])
    return receipts(workspace)[0]


def take_bundle(workspace: Workspace, *, now: datetime, known: Collection[str] = ()) -> tuple[Receipt, ...]:
    """Take in the readings that the bundle brings, however old, but for files whose SHA-256 is known."""
    files = bundle.observation_files(workspace.region_folder)
    fresh = [(path, mapping) for path, mapping in files if _sha256(path) not in known]
    return tuple(take(workspace, path, mapping, now=now, since=_EVER) for path, mapping in fresh)


def receipts(workspace: Workspace) -> tuple[Receipt, ...]:
    """What became of each file, newest first."""
    return tuple(_receipt(row) for row in workspace.done.receipts())


def rejects(workspace: Workspace, receipt: int) -> tuple[Reject, ...]:
    """What a file could not give."""
    rows = workspace.done.rejects(receipt)
    return tuple(Reject(row["row"], row["line"], row["column"], row["kind"], row["facts"]) for row in rows)


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


def _receipt(row: Mapping[str, object]) -> Receipt:
    facts = {name: value for name, value in row.items() if name not in {"received", "ignored"}}
    received = datetime.fromtimestamp(float(str(row["received"])), ZONE)
    return Receipt(received=received, ignored=tuple(row["ignored"]), **facts)  # type: ignore[arg-type]  # columns of the table


def _reject_row(reject: Reject) -> dict[str, object]:
    facts = {name: str(value) for name, value in reject.facts.items()}
    return {"row": reject.row, "line": reject.line, "column": reject.column, "kind": reject.kind, "facts": facts}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
