"""Keys of this side: the root key on its stick, handing over an office's key, revoking a lost one.

Each is an entry of the own chain, so that the other side and any third person learn it from there (`joint/ring.py`).
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from adjoin.core.entry import Entry
from adjoin.core.refusal import Refusal
from adjoin.joint import envelope
from adjoin.joint.keys import ROOT, Ed25519Signer, Key, Keys, Signer
from adjoin.joint.ring import key_body
from adjoin.loop.signing import NEXT, finish, root_of, write_private
from adjoin.loop.workspace import Workspace, trust

Draw = Callable[[int], bytes]
SOON = timedelta(days=30)  # a key that ends within this time is spoken of


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key and how it stands."""

    key: Key
    state: str  # "in_force", "ends_soon", "not_yet", "ended", "replaced", "root"
    mine: bool  # whether this workspace signs with it


def make_root(workspace: Workspace, file: Path, *, now: datetime, draw: Draw = os.urandom) -> Key:
    """A root key for this side in a file that is to lie elsewhere; the public half is known here from now on.

    The other side learns it as it learnt the first key: compared by two people, on paper (`trust`).
    """
    if root_key(workspace.keys, workspace.party) is not None:
        raise Refusal("root_exists", met=workspace.party)
    if file.resolve().is_relative_to(workspace.folder.resolve()):
        raise Refusal("root_beside_keys", met=file.name)
    if file.exists():
        raise Refusal("file_exists", file=file.name)
    private = draw(32)
    since = now.replace(microsecond=0)
    root = Ed25519Signer.of(private, workspace.party, ROOT, since=since)
    said = {"party": workspace.party, "since": since.isoformat(), "private": private.hex()}
    write_private(file, json.dumps(said))
    trust(workspace, Keys.of([root.key]))
    return root.key


def hand_over(
    workspace: Workspace,
    *,
    now: datetime,
    until: datetime | None = None,
    root: Path | None = None,
    draw: Draw = os.urandom,
) -> Key:
    """A new key for this workspace's office: signed for by the old one, or by the root key where that is lost.

    until : when it ends; nothing for a key without an end
    """
    old = workspace.signer.key
    private = draw(32)
    since = now.replace(microsecond=0)  # as entries write their time
    new = Ed25519Signer.of(private, workspace.party, old.office, since=since, until=until)
    (workspace.folder / NEXT).unlink(missing_ok=True)
    write_private(workspace.folder / NEXT, private.hex())

    by = workspace.signer if root is None else root_signer(workspace, root)
    _signed(workspace, "key", key_body(new.key), by=by, now=now)
    finish(workspace.folder, workspace.keys, workspace.party)
    return new.key


def revoke(workspace: Workspace, key_id: str, *, root: Path, since: datetime, reason: str, now: datetime) -> Entry:
    """A lost key signs nothing from here on; signed by the root key.

    since : from when it may have been in other hands; entries after it are to be looked at
    """
    lost = workspace.keys.get(key_id)
    if lost is None or lost.party != workspace.party or lost.root:
        known = ", ".join(key.key_id for key in workspace.keys.of_party(workspace.party) if not key.root)
        raise Refusal("unknown_own_key", met=key_id, expected=known)
    body = {"key_id": key_id, "from": since.isoformat(), "reason": reason}
    return _signed(workspace, "revoke", body, by=root_signer(workspace, root), now=now)


def states(workspace: Workspace, *, now: datetime) -> tuple[KeyState, ...]:
    """All keys of both sides and how each stands."""
    mine = workspace.signer.key.key_id
    return tuple(KeyState(key, _state(key, now), key.key_id == mine) for key in workspace.keys.rows)


def root_key(keys: Keys, party: str) -> Key | None:
    """The root key of a party, where one is known and in force."""
    return next((key for key in keys.of_party(party) if key.root and key.last is None), None)


def suspect(workspace: Workspace, key_id: str, since: datetime) -> tuple[Entry, ...]:
    """Entries that a key signed after the moment from which it may have been in other hands."""
    entries = workspace.done.entries(workspace.party)
    return tuple(entry for entry in entries if entry.key == key_id and entry.at >= since)


def name_surviving(
    workspace: Workspace, body: Mapping[str, object], *, root: Path, answers: str | None, now: datetime
) -> Entry:
    """The entry that ends a fork, or answers the other side's; signed by the root key."""
    return _signed(workspace, "surviving-head", body, by=root_signer(workspace, root), now=now, answers=answers)


def _state(key: Key, now: datetime) -> str:
    if key.last is not None:
        return "replaced"
    if key.root:
        return "root"
    if key.since is not None and now < key.since:
        return "not_yet"
    if key.until is not None and now >= key.until:
        return "ended"
    return "ends_soon" if key.until is not None and key.until - now < SOON else "in_force"


def root_signer(workspace: Workspace, file: Path) -> Signer:
    """What signs with this side's root key, from the file on its stick; any other key is refused."""
    root = root_of(file)
    known = workspace.keys.get(root.key.key_id)
    if known is None or not known.root or known.party != workspace.party or known.last is not None:
        raise Refusal("not_the_root_key", met=root.key.key_id, party=workspace.party)
    return root


def _signed(
    workspace: Workspace,
    kind: str,
    body: Mapping[str, object],
    *,
    by: Signer,
    now: datetime,
    answers: str | None = None,
) -> Entry:
    return workspace.done.record(
        party=workspace.party,
        kind=kind,
        body=body,
        answers=answers,
        other=workspace.other,
        at=now,
        key=by.key.key_id,
        seal=lambda entry: envelope.seal(entry, by),
    )
