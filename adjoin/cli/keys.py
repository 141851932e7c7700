"""Keys of this side: the root key on its stick, a new key for the office, a lost one revoked."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from adjoin.cli.options import JsonOption, Lang, LangOption
from adjoin.cli.workspace import WorkspaceOption, clock
from adjoin.core.refusal import Refusal

if TYPE_CHECKING:
    from adjoin.loop.workspace import Workspace

T = TypeVar("T")


class Action(StrEnum):
    """What is done with a key."""

    root = "root"
    hand_over = "hand-over"
    revoke = "revoke"


RootOption = Annotated[Path | None, typer.Option("--root", help="the file of the root key")]


def key(  # noqa: PLR0917  # the command line passes by name
    action: Annotated[Action, typer.Argument(help="root: make it; hand-over: a new office key; revoke: a lost one")],
    workspace: WorkspaceOption,
    root: RootOption = None,
    key_id: Annotated[str | None, typer.Option("--key", help="which key is revoked")] = None,
    since: Annotated[str | None, typer.Option("--from", help="from when it may be in other hands")] = None,
    until: Annotated[str | None, typer.Option("--until", help="when the new key ends")] = None,
    reason: Annotated[str, typer.Option("--reason")] = "",
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,  # noqa: ARG001  # every command takes it; refusals speak it
) -> None:
    """Make the root key, hand over the office's key, revoke a lost one: entries that the other side verifies."""
    from adjoin.core.period import parse_time
    from adjoin.loop import keys
    from adjoin.loop.workspace import open_workspace

    opened, now = open_workspace(workspace), clock()
    if action is Action.root:
        made = keys.make_root(opened, _needed(root, "--root"), now=now)
        _say(as_json, {"root": made.key_id, "file": str(root)})
    elif action is Action.hand_over:
        ends = None if until is None else parse_time(until)
        new = keys.hand_over(opened, now=now, until=ends, root=root)
        _say(as_json, {"key": new.key_id, "since": now.isoformat(timespec="seconds"), "until": until})
    else:
        moment = now if since is None else parse_time(since)
        name = _needed(key_id, "--key")
        keys.revoke(opened, name, root=_needed(root, "--root"), since=moment, reason=reason, now=now)
        _say(as_json, {"revoked": name, "suspect": _suspect(opened, name, moment.isoformat())})


def _suspect(opened: "Workspace", key_id: str, since: str) -> list[int]:
    from adjoin.core.period import parse_time
    from adjoin.loop import keys

    return [entry.seq for entry in keys.suspect(opened, key_id, parse_time(since))]


def _needed(value: T | None, option: str) -> T:
    if value is None:
        raise Refusal("option_needed", met=option)
    return value


def _say(as_json: bool, facts: dict[str, object]) -> None:
    text = json.dumps(facts, ensure_ascii=False)
    print(text if as_json else "  ".join(f"{name}: {value}" for name, value in facts.items()))
