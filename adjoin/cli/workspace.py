"""Commands on one workspace: open it, take readings in, ask it for series and verdicts."""

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer

from adjoin.cli.options import JsonOption, Lang, LangOption
from adjoin.cli.told import assessed
from adjoin.core.period import ZONE, Period, parse_time

if TYPE_CHECKING:
    from adjoin.core.assessment import Assessment
    from adjoin.core.observation import Observation
    from adjoin.core.refusal import Refusal
    from adjoin.loop.observe import Difference, Receipt
    from adjoin.loop.workspace import Workspace

SHOWN = 100  # differences and rejects that are listed; the pages have the rest
WorkspaceOption = Annotated[Path, typer.Option("--workspace", help="the folder of the workspace")]
SiteOption = Annotated[str, typer.Option("--site", help="site id, or a unique Chinese name")]


def init(  # noqa: PLR0917  # the command line passes by name
    folder: Annotated[Path, typer.Argument(help="a new folder")],
    region: Annotated[Path, typer.Option("--region", help="the folder of the bundle")],
    party: Annotated[str, typer.Option("--party", help="which side this is")],
    database: Annotated[
        str | None, typer.Option("--database", help="postgresql://user@host/name, empty; without it SQLite")
    ] = None,
    suite: Annotated[str, typer.Option("--suite", help="hash of the own chain, for good: sha256 or sm3")] = "sha256",
    device: Annotated[
        Path | None, typer.Option("--device", help="TOML (algorithm, public, command) of the device that signs")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Make a new workspace with its own key."""
    from adjoin.loop import workspace

    made = workspace.init(
        folder, region=region, party=party, now=clock(), database=database, suite=suite, device=device
    )
    _say(as_json, {"workspace": str(folder), "party": made.party, "key": made.signer.key.key_id})


def take(
    file: Annotated[Path, typer.Argument(help="a table of readings: CSV or XLSX")],
    workspace: WorkspaceOption,
    mapping: Annotated[str, typer.Option("--mapping", help="how its columns are read")] = "auto-station-snapshot",
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Take in a table of readings; what cannot go in is listed with row and reason (exit 1)."""
    from adjoin.loop import observe

    opened = _open(workspace)
    with _Progress(as_json) as progress:
        receipt = observe.take(opened, file, mapping, now=clock(), progress=progress)
    _say(as_json, _receipt(opened, receipt, lang.value))
    raise typer.Exit(1 if receipt.rejects else 0)


def series(  # noqa: PLR0917  # the command line passes by name
    workspace: WorkspaceOption,
    site: SiteOption,
    quantity: Annotated[str, typer.Option("--quantity", help="code or alias, such as w21011 or TP")],
    since: Annotated[str | None, typer.Option("--since")] = None,
    until: Annotated[str | None, typer.Option("--until", help="exclusive")] = None,
    as_known: Annotated[str | None, typer.Option("--as-known", help="as it was known then")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """The values of one quantity at one site, one a line."""
    from adjoin.loop import assess

    period = None if since is None and until is None else Period(_bound(since, 1), _bound(until, 9999), "")
    known = None if as_known is None else parse_time(as_known)
    for row in assess.series(_open(workspace), site, quantity, period, known):
        _say(as_json, _observation(row) if as_json else _briefly(row))


def assess(
    workspace: WorkspaceOption,
    site: SiteOption,
    period: Annotated[str, typer.Option("--period", help="2026-09, 2026-Q3, 2026-09-01T05:00/2026-09-01T06:00 ...")],
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """The class of a section over a period; exit 1 where the target is not met."""
    from adjoin.loop import assess as stage

    opened = _open(workspace)
    found = stage.assess(opened, site, Period.parse(period))
    print(
        json.dumps(_assessment(found, lang.value), ensure_ascii=False)
        if as_json
        else assessed(found, opened.region, lang.value)
    )
    raise typer.Exit(1 if found.verdict.meets_target is False else 0)


def account(  # noqa: PLR0917  # the command line passes by name
    name: Annotated[str, typer.Argument(help="who signs in with it")],
    workspace: WorkspaceOption,
    password: Annotated[str, typer.Option("--password", prompt=True, hide_input=True, confirmation_prompt=True)],
    role: Annotated[
        str, typer.Option("--role", help="viewer, duty-officer, inspector, leader, administrator")
    ] = "duty-officer",
    identity: Annotated[
        str | None, typer.Option("--identity", help="who it is at the identity service: its subject")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """An account for somebody of this side, with a role of the table of access."""
    from adjoin.loop import access

    person = access.enrol(_open(workspace), name, password, role=role, identity=identity)
    _say(as_json, {"name": person.name, "party": person.party, "office": person.office, "role": person.role})


def check(
    folder: Annotated[Path, typer.Argument(help="a workspace or a bundle")] = Path(),
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Check a workspace or a bundle against itself: file, line, remedy (exit 1 with findings)."""
    from adjoin.loop import checks

    raise typer.Exit(1 if faults(checks.check(folder), as_json, lang.value) else 0)


def faults(found: "Iterable[Refusal]", as_json: bool, lang: str) -> int:
    """Say each fault with file, line and remedy; gives how many there are."""
    from adjoin.formats.messages import messages

    count = 0
    for count, refusal in enumerate(found, 1):  # noqa: B007  # the last number is how many there are
        said = messages().refusal(refusal, lang)
        place = {"file": refusal.facts.get("file", ""), "line": refusal.facts.get("line")}
        _say(as_json, {**place, **{part: said[part] for part in ("kind", "met", "expected", "do")}})
    return count


def clock() -> datetime:
    """The time now: faces read the clock, nothing below them does."""
    return datetime.now(ZONE)


def _open(folder: Path) -> "Workspace":
    from adjoin.loop import workspace

    return workspace.open_workspace(folder)


def _bound(text: str | None, year: int) -> datetime:
    return parse_time(text) if text else datetime(year, 1, 2, tzinfo=ZONE)


def _say(as_json: bool, facts: Mapping[str, object]) -> None:
    print(json.dumps(facts, ensure_ascii=False) if as_json else _plain(facts))


def _plain(facts: Mapping[str, object]) -> str:
    return "  ".join(f"{name}: {_cell(value)}" for name, value in facts.items() if value not in (None, "", [], {}))


def _cell(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name}={each}" for name, each in value.items())
    if isinstance(value, str) or not isinstance(value, Iterable):
        return str(value)
    return " ".join(_cell(each) for each in value)


def _observation(row: "Observation") -> dict[str, object]:
    return {
        "site": row.site,
        "quantity": row.quantity,
        "time": row.time.isoformat(),
        "value": row.value,
        "unit": row.unit,
        "flag": row.flag,
        "origin": row.origin,
        "received": row.received.isoformat(),
    }


def _briefly(row: "Observation") -> dict[str, object]:
    """The same for people: no fractions of a second."""
    return {**_observation(row), "received": row.received.isoformat(timespec="seconds")}


def _assessment(found: "Assessment", lang: str) -> dict[str, object]:
    from adjoin.formats.messages import messages

    verdict, coverage = found.verdict, found.coverage
    return {
        "site": found.site,
        "period": found.period.text,
        "stage": found.stage,
        "class": verdict.water_class,
        "target": found.target,
        "meets_target": verdict.meets_target,
        "decided_by": list(verdict.decided_by),
        "items": dict(verdict.items),
        "main_pollutants": [
            {"code": each.code, "class": each.water_class, "multiple": each.multiple}
            for each in verdict.main_pollutants
        ],
        "coverage": {
            "have": coverage.have, "need": coverage.need, "of": coverage.of, "unit": coverage.unit,
            "enough": coverage.enough, "status": coverage.status,
        },
        "warnings": [messages().say(key, lang) for key in found.warnings],
        "evidence": [{"kind": e.kind, "ref": e.ref, "fingerprint": e.fingerprint} for e in found.evidence],
    }  # fmt: skip


def _difference(found: "Difference") -> dict[str, object]:
    before, after = found.before, found.after
    place = {"site": after.site, "quantity": after.quantity, "time": after.time.isoformat()}
    return {**place, "before": before.value, "after": after.value}


def _receipt(opened: "Workspace", receipt: "Receipt", lang: str) -> dict[str, object]:
    from adjoin.core.refusal import Refusal
    from adjoin.formats.messages import messages
    from adjoin.loop import observe

    rejects = [
        {"row": each.row, "column": each.column, **messages().refusal(Refusal(each.kind, **each.facts), lang)}
        for each in observe.rejects(opened, receipt.id, SHOWN)
    ]
    differences = observe.differences(opened, receipt.received)[:SHOWN] if receipt.replaced else ()
    counts = {"new": receipt.new, "known": receipt.known, "replaced": receipt.replaced}
    return {
        "file": receipt.file,
        "values": receipt.values,
        "rejected": receipt.rejects,
        **counts,
        "differences": [_difference(each) for each in differences],
        "ignored": list(receipt.ignored),
        "rejects": rejects,
    }


class _Progress:
    """A line of progress on a terminal; nothing where a script reads."""

    def __init__(self, quiet: bool) -> None:
        self.shown = sys.stderr.isatty() and not quiet

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            print(file=sys.stderr)

    def __call__(self, done: int) -> None:
        if self.shown:
            print(f"\r{done:,}", end="", file=sys.stderr, flush=True)
