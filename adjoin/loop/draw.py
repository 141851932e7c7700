"""Draw: who is inspected and by whom, agreed, committed and revealed between the two sides.

The seed of this side lies in a file of the workspace that only its owner reads, until it is revealed.
"""

import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from adjoin.core.entry import Entry
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.joint import inspection
from adjoin.joint.draws import Draw, draws, terms_of
from adjoin.loop.workspace import Workspace


def all_draws(workspace: Workspace) -> tuple[Draw, ...]:
    """Every draw between the two sides, by id."""
    return workspace.computed("draws", lambda: draws(workspace.done.entries(), workspace.region.sides))


def draw(workspace: Workspace, name: str) -> Draw:
    """The draw of this id."""
    found = next((each for each in all_draws(workspace) if each.id == name), None)
    if found is None:
        raise Refusal(
            "unknown_draw", met=name[:60], expected=", ".join(each.id for each in all_draws(workspace)) or "-"
        )
    return found


def propose(
    workspace: Workspace, terms: Mapping[str, object], *, by: str, now: datetime, suite: str = "sha256"
) -> Draw:
    """Propose the terms of a draw; the parties are the two sides."""
    signed = {**terms, "parties": sorted(workspace.region.sides)}
    made = terms_of(signed)
    if made.strata is None:
        inspection.check_price(made)
    if date.fromisoformat(str(signed.get("reveal_by", ""))[:10] or "0001-01-01") <= now.astimezone(ZONE).date():
        raise Refusal("bad_terms", met="reveal_by", expected=f"> {now.astimezone(ZONE).date().isoformat()}")

    name = f"D-{workspace.party}-{sum(each.by == workspace.party for each in all_draws(workspace)) + 1:04d}"

    workspace.record("note", {"what": "draw-terms", "draw": name, "hash": suite, "terms": signed, "by": by}, now=now)
    return draw(workspace, name)


def agree(workspace: Workspace, name: str, *, by: str, now: datetime) -> Draw:
    """Sign the terms that the other side proposed."""
    found = draw(workspace, name)
    if found.by == workspace.party or found.agreed:
        raise Refusal("draw_not_now", met="agree", draw=name, state=found.state)

    workspace.record("note", {"what": "draw-agree", "draw": name, "digest": found.digest, "by": by}, now=now)
    return draw(workspace, name)


def commit(workspace: Workspace, name: str, *, by: str, now: datetime, seed: bytes | None = None) -> Draw:
    """Commit to a secret seed, drawn from the operating system and kept here until it is revealed."""
    found = draw(workspace, name)
    if not found.agreed or workspace.party in found.commits:
        raise Refusal("draw_not_now", met="commit", draw=name, state=found.state)

    checkpoint = _checkpoint(workspace, found)
    secret = _keep_seed(workspace, name, seed or os.urandom(inspection.SEED))
    made = inspection.commit(bytes.fromhex(found.digest), workspace.party, secret, found.suite).hex()

    workspace.record("commit", {"draw": name, "commit": made, "checkpoint": checkpoint, "by": by}, now=now)
    return draw(workspace, name)


def reveal(workspace: Workspace, name: str, *, by: str, now: datetime) -> Draw:
    """Reveal the seed, once both commits lie in both ledgers."""
    found = draw(workspace, name)
    if found.state != "committed" or workspace.party in found.reveals:
        raise Refusal("draw_not_now", met="reveal", draw=name, state=found.state)
    if not _delivered(workspace, found.commits[workspace.party]):
        raise Refusal("commit_not_delivered", draw=name)

    secret = _seed_file(workspace, name).read_text("ascii").strip()

    workspace.record("reveal", {"draw": name, "seed": secret, "by": by}, now=now)
    return draw(workspace, name)


def call_silence(workspace: Workspace, name: str, *, by: str, now: datetime) -> Draw:
    """Record that the other side did not reveal by the deadline; the price of silence in the terms is drawn."""
    found, due = draw(workspace, name), draw(workspace, name).reveal_by
    silent = workspace.other
    early = due is None or now.astimezone(ZONE).date() <= due
    if early or found.state != "committed" or silent in found.reveals or workspace.party not in found.reveals:
        raise Refusal("draw_not_now", met="silence", draw=name, state=found.state)

    workspace.record("note", {"what": "draw-silence", "draw": name, "silent": silent, "by": by}, now=now)
    return draw(workspace, name)


def _checkpoint(workspace: Workspace, found: Draw) -> str:
    """The hash of the last checkpoint of this chain that both had signed before the commit."""
    signed = workspace.done.cosigned(workspace.party)
    if not signed:
        raise Refusal("no_checkpoint_before", draw=found.id)
    last = max(signed, key=lambda each: (each.size, -each.at.timestamp()))
    return inspection.terms_digest({"checkpoint": last.note.partition("\n\n")[0]}, found.suite).hex()


def _delivered(workspace: Workspace, entry: Entry) -> bool:
    return any(each.size > entry.seq for each in workspace.done.cosigned(workspace.party))


def _keep_seed(workspace: Workspace, name: str, seed: bytes) -> bytes:
    path = _seed_file(workspace, name)
    path.parent.mkdir(exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(seed.hex())
        file.flush()
        os.fsync(file.fileno())
    return seed


def _seed_file(workspace: Workspace, name: str) -> Path:
    return workspace.folder / "seeds" / f"{name}.seed"
