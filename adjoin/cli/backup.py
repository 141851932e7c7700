"""A workspace as one file, and back."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from adjoin.cli.options import JsonOption, Lang, LangOption


def backup(
    folder: Annotated[Path, typer.Argument(help="the folder of the workspace")],
    file: Annotated[Path, typer.Argument(help="a new file; it holds the private key: keep it as you keep that")],
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Write a workspace to one file, all of it under its hash; work may go on beside it."""
    from adjoin.cli.workspace import clock
    from adjoin.loop import backup as stage

    _say(as_json, {"file": str(file), **asdict(stage.write(folder, file, now=clock()))})


def restore(  # noqa: PLR0917  # the command line passes by name
    file: Annotated[Path, typer.Argument(help="what `adjoin backup` wrote")],
    folder: Annotated[Path, typer.Argument(help="a new folder")],
    region: Annotated[Path | None, typer.Option("--region", help="the bundle, where it is not where it was")] = None,
    database: Annotated[str | None, typer.Option("--database", help="an empty PostgreSQL database")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Make a workspace of a backup and check it (exit 1 with findings); it signs once the other side confirmed it."""
    from adjoin.cli.workspace import clock, faults
    from adjoin.loop import backup as stage
    from adjoin.loop import checks

    found = stage.restore(file, folder, now=clock(), region=region, database_=database)
    _say(as_json, {"workspace": str(folder), **asdict(found)})
    raise typer.Exit(1 if faults(checks.check(folder), as_json, lang.value) else 0)


def _say(as_json: bool, facts: dict[str, object]) -> None:
    print(json.dumps(facts, ensure_ascii=False) if as_json else " · ".join(f"{k} {v}" for k, v in facts.items()))
