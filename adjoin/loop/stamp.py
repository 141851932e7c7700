"""Time stamps of our heads, where an authority is configured (RFC 3161).

    workspace.toml   [timestamp]  url, certificate (a PEM file beside it)

An authority is a third opinion on when a head was there; without one the cosignatures say before and after.
"""

import secrets
import tomllib
from collections.abc import Mapping
from datetime import datetime

from adjoin.core.refusal import Refusal
from adjoin.joint import timestamp
from adjoin.joint.note import read_note
from adjoin.loop.workspace import Workspace
from adjoin.store.forks import Forks, Stamp


def configured(workspace: Workspace) -> bool:
    """Whether an authority is configured here."""
    return _settings(workspace) is not None


def stamp(workspace: Workspace) -> Stamp:
    """Ask the authority for the time of our longest head that both have signed, and keep its word."""
    import httpx

    said = _settings(workspace)
    if said is None:
        raise Refusal("no_authority", met=workspace.party)
    notes = workspace.done.cosigned(workspace.party)
    if not notes:
        raise Refusal("no_head", met=workspace.party)
    note = max(notes, key=lambda each: each.size).note
    nonce, body = secrets.randbits(63), read_note(note).checkpoint.body.encode()
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        answer = httpx.post(str(said["url"]), content=timestamp.request(body, nonce), headers=headers, timeout=20)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise Refusal("authority_silent", met=said["url"], found=type(error).__name__) from None
    token = timestamp.token_of(answer.content)
    at = timestamp.verified(token, body, _certificate(workspace, said), nonce)
    made = Stamp(workspace.party, read_note(note).checkpoint.size, str(said["url"]), at, token)
    Forks(workspace.done).stamp(made)
    return made


def stamps(workspace: Workspace) -> tuple[Stamp, ...]:
    """The stamps of our own heads."""
    return Forks(workspace.done).stamps(workspace.party)


def checked(workspace: Workspace, made: Stamp) -> datetime:
    """The time of a kept stamp, verified again against the head that it is of."""
    said = _settings(workspace)
    if said is None:
        raise Refusal("no_authority", met=workspace.party)
    note = next(each.note for each in workspace.done.cosigned(made.party) if each.size == made.size)
    return timestamp.verified(made.token, read_note(note).checkpoint.body.encode(), _certificate(workspace, said))


def _settings(workspace: Workspace) -> Mapping[str, object] | None:
    said = tomllib.loads((workspace.folder / "workspace.toml").read_text("utf-8")).get("timestamp")
    return said if isinstance(said, Mapping) else None


def _certificate(workspace: Workspace, said: Mapping[str, object]) -> bytes:
    return (workspace.folder / str(said["certificate"])).read_bytes()
