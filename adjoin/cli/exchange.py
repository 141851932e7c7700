"""Commands between the two sides: packages, keys, and the check of a third person."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adjoin.cli.options import JsonOption, Lang, LangOption
from adjoin.cli.workspace import WorkspaceOption, clock
from adjoin.core.refusal import Refusal

if TYPE_CHECKING:
    from adjoin.joint.fault import Fault
    from adjoin.joint.keys import Keys


class Direction(StrEnum):
    """Which way a package goes."""

    export = "export"
    import_ = "import"
    give_back = "give-back"


def exchange(  # noqa: PLR0917  # the command line passes by name
    direction: Annotated[
        Direction, typer.Argument(help="export, import, give-back (their own chain, to a side that lost a part of it)")
    ],
    file: Annotated[Path, typer.Argument(help="the package file")],
    workspace: WorkspaceOption,
    since: Annotated[
        int | None, typer.Option("--from", min=0, help="export from this entry on, as the other side asks")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Write a package for the other side, or read one of theirs (exit 1 with rejects or protests)."""
    from adjoin.loop import exchange as stage
    from adjoin.loop import fork
    from adjoin.loop.workspace import open_workspace
    from adjoin.store.writing import write_whole

    opened = open_workspace(workspace)
    if direction is not Direction.import_:
        out = direction is Direction.export
        data = stage.export(opened, now=clock(), since=since) if out else fork.give_back(opened)
        _say(as_json, {"file": str(file), "bytes": write_whole(file, data)})
        return
    if not file.exists():
        raise Refusal("no_such_file", file=str(file))
    came = stage.take(opened, file.read_bytes(), now=clock())
    protests = [{"party": p.party, "seq": p.seq, "move": p.move, "fault": p.fault} for p in came.protests]
    rejects = [_fault(each, lang.value) for each in came.faults]
    notes = [_fault(each, lang.value) for each in came.notes]
    _say(as_json, {
        "entries": came.entries, "readings": came.readings, "rejects": rejects, "protests": protests, "notes": notes,
    })  # fmt: skip
    raise typer.Exit(1 if rejects or protests else 0)


def adopt(workspace: WorkspaceOption, as_json: JsonOption = False, lang: LangOption = Lang.zh) -> None:  # noqa: ARG001  # every command takes it; refusals speak it
    """Sign what this side computes with now (bundle, procedures, calendar, code), after an upgrade or a new bundle."""
    from adjoin.loop import adoption
    from adjoin.loop.workspace import open_workspace

    opened = open_workspace(workspace)
    changed, made = adoption.unsigned(opened), adoption.adopt(opened, now=clock())
    _say(as_json, {"signed": list(changed), "seq": None if made is None else made.seq, **opened.adopted})


def keys(
    workspace: WorkspaceOption,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """The public keys of both sides, as this side knows them."""
    from adjoin.loop.workspace import open_workspace

    known = open_workspace(workspace).keys.as_json()
    print(json.dumps(known, ensure_ascii=False, indent=None if as_json else 2))


def trust(
    file: Annotated[Path, typer.Argument(help="KEYS.json of the other side, compared with them out of band")],
    workspace: WorkspaceOption,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Take the other side's public keys."""
    from adjoin.loop import workspace as stage

    known = stage.trust(stage.open_workspace(workspace), _keys(file))
    _say(as_json, {"keys": known})


def verify(
    package: Annotated[Path, typer.Argument(help="a package file; with --standalone where the verifier is written")],
    keys: Annotated[Path | None, typer.Option("--keys", help="KEYS.json")] = None,
    standalone: Annotated[bool, typer.Option("--standalone", help="write the verifier alone as one file")] = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Verify a package with the public keys alone; one line a finding (exit 1), none where it is in order."""
    from adjoin.formats import exchange as packages
    from adjoin.joint import ledger

    if standalone:
        _say(as_json, {"file": str(package), "bytes": package.write_bytes(_standalone())})
        return
    if keys is None:
        raise Refusal("option_needed", met="--keys")
    if not package.exists():
        raise Refusal("no_such_file", file=str(package))
    faults = ledger.verify(packages.read(package.read_bytes()), _keys(keys))
    for each in faults:
        _say(as_json, _fault(each, lang.value))
    raise typer.Exit(1 if faults else 0)


def audit(
    workspace: WorkspaceOption,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Verify both chains of a workspace from the disk, on all cores; one line a finding (exit 1)."""
    from adjoin.loop import audit as stage
    from adjoin.loop.workspace import open_workspace

    opened = open_workspace(workspace)
    found = stage.audit(opened)
    for each in (fault for faults in found.values() for fault in faults):
        _say(as_json, _fault(each, lang.value))
    if not any(found.values()):
        _say(as_json, {"verified": dict(opened.done.sizes())})
    raise typer.Exit(1 if any(found.values()) else 0)


def stamp(
    workspace: WorkspaceOption,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Have the longest head that both signed stamped by the configured authority (RFC 3161)."""
    from adjoin.loop import stamp as stage
    from adjoin.loop.workspace import open_workspace

    made = stage.stamp(open_workspace(workspace))
    _say(as_json, {"party": made.party, "size": made.size, "at": made.at.isoformat(), "authority": made.authority})


def _standalone() -> bytes:
    from importlib.resources import files

    from adjoin.formats.messages import messages
    from adjoin.loop.verifier import standalone

    root = files("adjoin")
    return standalone(lambda name: root.joinpath(*name.split("/")[1:]).read_text("utf-8"), messages().says)


def _keys(file: Path) -> "Keys":
    from adjoin.joint.keys import Keys

    if not file.exists():
        raise Refusal("no_such_file", file=str(file))
    try:
        return Keys.from_json(json.loads(file.read_text("utf-8")))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise Refusal("not_a_keys_file", file=file.name) from None


def _fault(fault: "Fault", lang: str) -> dict[str, object]:
    from adjoin.formats.messages import messages

    say = messages().say(f"fault_{fault.fault}", lang, party=fault.party, seq=fault.seq, **fault.facts)
    return {"party": fault.party, "seq": fault.seq, "fault": fault.fault, "say": say}


def _say(as_json: bool, facts: Mapping[str, object]) -> None:
    print(json.dumps(facts, ensure_ascii=False) if as_json else "  ".join(f"{k}: {_cell(v)}" for k, v in facts.items()))


def _cell(value: object) -> str:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
