"""Forks: what was found, the evidence for a third person, and how one is ended by the book."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from adjoin.cli.keys import RootOption
from adjoin.cli.options import JsonOption, Lang, LangOption
from adjoin.cli.workspace import WorkspaceOption, clock
from adjoin.core.refusal import Refusal


class Action(StrEnum):
    """What is done about a fork."""

    list = "list"
    evidence = "evidence"
    end = "end"
    countersign = "countersign"


def fork(  # noqa: PLR0917  # the command line passes by name
    action: Annotated[Action, typer.Argument(help="list, evidence, end, countersign")],
    workspace: WorkspaceOption,
    file: Annotated[
        Path | None, typer.Option("--file", help="end: what the other side gave back; evidence: where to write it")
    ] = None,
    number: Annotated[int, typer.Option("--number", help="which fork, as `list` numbers them")] = 1,
    root: RootOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """See forks, write the evidence of one, end one of our own chain, sign under the other side's end of one."""
    from adjoin.formats import exchange as packages
    from adjoin.loop import fork as stage
    from adjoin.loop.workspace import open_workspace

    opened, now = open_workspace(workspace), clock()
    if action is Action.list:
        for each in stage.forks(opened):
            _say(as_json, {"number": each.id, "party": each.party, "seq": each.seq, "ended": each.ended})
        return
    if action is Action.evidence:
        text = json.dumps(stage.evidence(opened, number), ensure_ascii=False, indent=1)
        _path(file).write_text(text, "utf-8")
        _say(as_json, {"file": str(file)})
        return
    if root is None:
        raise Refusal("option_needed", met="--root")
    if action is Action.countersign:
        entry = stage.countersign(opened, root=root, now=now)
    elif file is None:
        entry = stage.name_held(opened, root=root, now=now)
    else:
        entry = stage.end(opened, packages.read(file.read_bytes()), root=root, now=now)
    _say(as_json, {"entry": entry.seq, "kind": entry.kind})


def _path(file: Path | None) -> Path:
    if file is None:
        raise Refusal("option_needed", met="--file")
    if file.exists():
        raise Refusal("file_exists", file=file.name)
    return file


def _say(as_json: bool, facts: dict[str, object]) -> None:
    text = json.dumps(facts, ensure_ascii=False)
    print(text if as_json else "  ".join(f"{name}: {value}" for name, value in facts.items()))
