"""Sharing: what of this side's readings the other may see, granted by an entry and handed over by the next package.

The exchange carries what an entry cites, and nothing else. So handing over a period is an entry that cites the
series which a grant covers, as late as the grant says. Where fewer digits are shared, the values leave as a table
with these digits, never by citation. What may not be shown yet is committed to and revealed later.
"""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta

from adjoin.core.observation import Observation
from adjoin.core.period import Period
from adjoin.core.refusal import Refusal
from adjoin.joint import sharing
from adjoin.joint.sharing import ALL, Grant
from adjoin.loop import assess
from adjoin.loop.workspace import Workspace


def grants(workspace: Workspace) -> tuple[Grant, ...]:
    """Every grant that holds, of both sides."""
    return workspace.computed("grants", lambda: sharing.grants(workspace.done.entries()))


def receipts(workspace: Workspace) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """What each side has given a receipt for."""
    return workspace.computed("receipts", lambda: sharing.receipts(workspace.done.entries()))


def give(workspace: Workspace, terms: Mapping[str, object], *, by: str, now: datetime) -> Grant:
    """Grant the other side some series; a name that the bundle does not know is refused."""
    sites = [_site(workspace, name) for name in _names(terms, "sites")]
    quantities = [_quantity(workspace, name) for name in _names(terms, "quantities")]
    mine = [each for each in workspace.done.entries(workspace.party) if each.body.get("what") == "share"]
    name = f"G-{workspace.party}-{len(mine) + 1:04d}"
    facts = {key: terms[key] for key in ("since", "until", "delay_h", "digits") if terms.get(key) is not None}
    body = {"what": "share", "grant": name, "sites": sites, "quantities": quantities, **facts}

    workspace.record("note", {**body, "by": by}, now=now)
    return _grant(workspace, name)


def end(workspace: Workspace, name: str, *, by: str, now: datetime) -> None:
    """End a grant of this side; what was handed over stays handed over."""
    _own(workspace, name)
    workspace.record("note", {"what": "share-end", "grant": name, "by": by}, now=now)


def rows(workspace: Workspace, name: str, *, now: datetime) -> tuple[Observation, ...]:
    """The values that a grant of this side shows now, with the digits that are shared."""
    grant = _own(workspace, name)
    found: list[Observation] = []
    for site in _sites(workspace, grant):
        for quantity in _quantities(workspace, grant):
            found += sharing.shared(workspace.observed.read(site, quantity, _span(grant, now)), [grant], now)
    return tuple(found)


def hand(workspace: Workspace, name: str, period: str, *, by: str, now: datetime) -> int:
    """Hand a period over by citation: the next package carries it. Gives how many values it holds."""
    grant, span = _own(workspace, name), Period.parse(period)
    if grant.digits is not None:
        raise Refusal("share_as_table", met=name, digits=grant.digits)
    cited = []
    shown = [row for row in rows(workspace, name, now=now) if row.time in span]
    for key in sorted({(row.site, row.quantity) for row in shown}):
        series = [row for row in shown if (row.site, row.quantity) == key]
        last = series[-1].time + timedelta(seconds=1)
        cited.append(
            assess.evidence_of(series, Period(series[0].time, last, f"{series[0].time.isoformat()}/{last.isoformat()}"))
        )
    if not cited:
        raise Refusal("nothing_to_share", met=period, grant=name)
    evidence = [{"kind": e.kind, "ref": e.ref, "fingerprint": e.fingerprint} for e in cited]

    workspace.record("note", {"what": "share-handed", "grant": name, "evidence": evidence, "by": by}, now=now)
    return len(shown)


def receipt(workspace: Workspace, name: str, *, by: str, now: datetime) -> str:
    """Give a receipt for what is held here of a grant of the other side; gives its fingerprint."""
    grant = _grant(workspace, name)
    held = [row for site in _sites(workspace, grant) for q in _quantities(workspace, grant)
            for row in workspace.observed.read(site, q, _span(grant, now)) if grant.covers(row, now)]  # fmt: skip
    made = sharing.of_rows(held)
    body = {"what": "share-receipt", "grant": name, "rows": len(held), "fingerprint": made, "by": by}

    workspace.record("note", body, now=now)
    return made


def commit_series(workspace: Workspace, site: str, quantity: str, period: str, *, by: str, now: datetime) -> str:
    """Commit now to values that are shown later; the salt stays here until then. Gives the commitment's name."""
    asked = _asked(workspace, site, quantity, period)
    name = f"S-{workspace.party}-{sharing.of_rows(asked)[:12]}"
    salt = _salt(workspace, name)
    made = sharing.commitment(name, salt, sharing.of_rows(asked))

    workspace.record("commit", {"what": "series", "name": name, "commit": made, "by": by}, now=now)
    return name


def reveal_series(
    workspace: Workspace, name: str, site: str, quantity: str, period: str, *, by: str, now: datetime
) -> None:
    """Reveal what was committed to: the next package carries the values, and anybody sees that they are the same."""
    asked = _asked(workspace, site, quantity, period)
    salt = _salt(workspace, name)
    made = [
        e.body["commit"]
        for e in workspace.done.entries(workspace.party)
        if e.kind == "commit" and e.body.get("name") == name
    ]
    if not made or not sharing.is_what_was_committed(str(made[-1]), name, salt, asked):
        raise Refusal("not_what_was_committed", met=name)
    found = assess.evidence_of(asked, Period.parse(period))
    evidence = [{"kind": found.kind, "ref": found.ref, "fingerprint": found.fingerprint}]
    body = {"what": "series", "name": name, "salt": salt.hex(), "evidence": evidence, "by": by}

    workspace.record("reveal", body, now=now)


def _own(workspace: Workspace, name: str) -> Grant:
    grant = _grant(workspace, name)
    if grant.owner != workspace.party:
        raise Refusal("grant_not_yours", met=name, party=workspace.party)
    return grant


def _grant(workspace: Workspace, name: str) -> Grant:
    found = next((each for each in grants(workspace) if each.id == name), None)
    if found is None:
        raise Refusal("unknown_grant", met=name[:60], expected=", ".join(each.id for each in grants(workspace)) or "-")
    return found


def _names(terms: Mapping[str, object], key: str) -> list[str]:
    value = terms.get(key)
    return [str(each) for each in value] if isinstance(value, list | tuple) else []


def _site(workspace: Workspace, name: str) -> str:
    return name if name == ALL else workspace.region.site(name).id


def _quantity(workspace: Workspace, name: str) -> str:
    return name if name == ALL else workspace.region.quantities.find(name).code


def _sites(workspace: Workspace, grant: Grant) -> list[str]:
    return [site.id for site in workspace.region.sections] if ALL in grant.sites else list(grant.sites)


def _quantities(workspace: Workspace, grant: Grant) -> list[str]:
    return (
        [each.code for each in workspace.region.quantities.rows] if ALL in grant.quantities else list(grant.quantities)
    )


def _span(grant: Grant, now: datetime) -> Period | None:
    until = min(filter(None, (grant.until, now - grant.delay + timedelta(seconds=1))))
    return Period(grant.since, max(until, grant.since + timedelta(seconds=1)), "")


def _asked(workspace: Workspace, site: str, quantity: str, period: str) -> tuple[Observation, ...]:
    place, code = workspace.region.site(site).id, workspace.region.quantities.find(quantity).code
    found = workspace.observed.read(place, code, Period.parse(period))
    if not found:
        raise Refusal("nothing_to_share", met=period, grant=f"{place}/{code}")
    return found


def _salt(workspace: Workspace, name: str) -> bytes:
    path = workspace.folder / "seeds" / f"{name}.salt"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(os.urandom(32).hex())
    return bytes.fromhex(path.read_text("ascii"))
