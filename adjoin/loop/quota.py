"""Quotas: what both sides spend together, each from its own part (`joint/quota.py`)."""

from collections.abc import Mapping
from datetime import datetime

from adjoin.core.entry import Entry, Seen, fingerprint_of, follow, suite_of
from adjoin.core.refusal import Refusal
from adjoin.joint import quota as parts
from adjoin.joint.quota import Quotas
from adjoin.loop.workspace import Workspace

STEPS = ("spend", "hand", *parts.ANSWERS)


def quotas(workspace: Workspace) -> Quotas:
    """All quotas as both chains make them."""
    return workspace.computed("quotas", lambda: parts.quotas(workspace.done.entries()))


def propose(
    workspace: Workspace, *, about: str, unit: str, total: str, shares: Mapping[str, str], by: str, now: datetime
) -> str:
    """Propose a quota and its parts; gives its id. It may be spent when the other side has agreed."""
    mine = f"Q-{workspace.party}-"
    taken = sum(each.id.startswith(mine) for each in quotas(workspace).quotas)
    name = f"{mine}{taken + 1:04d}"
    body = {"quota": name, "do": "open", "unit": unit, "total": total, "parts": dict(shares), "about": about, "by": by}
    _record(workspace, body, None, now)
    return name


def step(
    workspace: Workspace, name: str, do: str, *, by: str, now: datetime, amount: str = "", about: str = ""
) -> Entry:
    """Agree, spend, hand over, accept, decline or take back a part; refused where the entry would not count.

    about : of a spending what for; of an answer the fingerprint that it answers
    """
    if do not in STEPS:
        raise Refusal("quota_bad_body", met=do)
    quotas(workspace).get(name)
    body = {"quota": name, "do": do, "by": by} | ({"amount": amount} if amount else {})
    if do == "hand":
        body["to"] = workspace.other
    if do == "spend":
        body["for"] = about
    return _record(workspace, body, about if do in parts.ANSWERS else None, now)


def _record(workspace: Workspace, body: Mapping[str, object], answers: str | None, now: datetime) -> Entry:
    def check() -> None:
        parts.check(workspace.done.entries(), _next(workspace, body, answers, now))

    check()
    return workspace.record("quota", body, now=now, answers=answers, check=check)


def _next(workspace: Workspace, body: Mapping[str, object], answers: str | None, now: datetime) -> Entry:
    """The entry as it would be signed now."""
    own, theirs = (workspace.done.entries(side) for side in (workspace.party, workspace.other))
    seen = None
    if theirs:
        seen = Seen(workspace.other, theirs[-1].seq, fingerprint_of(theirs[-1], suite_of(theirs[0])))
    digest = suite_of(own[0] if own else None)
    return follow(
        own[-1] if own else None, party=workspace.party, kind="quota", body=body, answers=answers, seen=seen, at=now,
        key=workspace.signer.key.key_id, digest=digest,
    )  # fmt: skip
