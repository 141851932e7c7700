"""`adjoin job`: the process that answers a long question; and the long questions of a workspace."""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from adjoin.cli.options import JsonOption, Lang, LangOption


class Verb(StrEnum):
    """What to do."""

    run = "run"
    list = "list"
    cancel = "cancel"


def job(
    verb: Annotated[Verb, typer.Argument(help="run (started by the pages), list, cancel")],
    folder: Annotated[Path, typer.Argument(help="of the job (run), or of the workspace (list, cancel)")],
    name: Annotated[str, typer.Argument(help="the id of the job to cancel")] = "",
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Long runs of a workspace: their process, their list, their end."""
    from adjoin.loop import jobs
    from adjoin.loop.workspace import open_workspace

    if verb is Verb.run:
        jobs.run(folder, _answer)
        return
    workspace = open_workspace(folder)
    found = (jobs.cancel(workspace, name),) if verb is Verb.cancel else jobs.jobs(workspace)
    for each in found:
        facts = {"id": each.id, "method": each.method, "state": each.state, "seconds": round(each.seconds, 1)}
        print(json.dumps(facts, ensure_ascii=False) if as_json else "  ".join(map(str, facts.values())))


def _answer(method: str, given: Mapping[str, Any], report: Callable[[float], None]) -> Mapping[str, Any]:
    from adjoin.doors import registry
    from adjoin.doors.door import REPORT

    REPORT.set(report)
    return registry.answer(method, given)
