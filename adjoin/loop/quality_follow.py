"""What is done about a flag: opened once by the side that answers for the station, explained or corrected, closed.

A flag is computed anew from the book at every look; what people say of it are entries of the ledger, so that both sides
read the same. A finding that was opened and is no longer computed has been corrected: its readings have newer versions,
or the missing ones came in after all. A closed finding stays closed, also where the flag is still computed.
The other side may hand one over: then it is answered in that case, and closed with it.

    seen  ->  open  ->  explained | corrected  ->  closed
    seen, open, ...  ->  handed (in a case)    ->  closed
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adjoin.core.entry import Entry, fingerprint_of
from adjoin.core.finding import Finding
from adjoin.core.period import Period, parse_time
from adjoin.core.refusal import Refusal
from adjoin.formats.quality import RULES
from adjoin.loop import casebook, quality_control
from adjoin.loop.casebook import OnFinding
from adjoin.loop.quality_control import Flag, Window
from adjoin.loop.workspace import Workspace

FINDING, MAINTENANCE = "data-finding", "maintenance"
HANDED = "data"  # the part of a move that opens a case on a finding: what the finding is
STATES = ("open", "handed", "explained", "corrected", "seen", "closed")
NO_CASE = OnFinding()
_BEGUN = re.compile(r"-(\d{10})$")
AT_ONCE = 200  # findings of one entry
LONGEST_DAYS = 60  # of one window of maintenance


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said of a finding."""

    do: str  # "open", "explain", "close", "hand_over"
    at: datetime
    party: str
    by: str
    reason: str
    entry: str


@dataclass(frozen=True, slots=True)
class Followed:
    """A finding about data, and how far it has come."""

    id: str
    rule: str
    site: str
    quantity: str
    since: datetime
    until: datetime | None
    owner: str | None  # the side that answers for the station
    flag: Flag | None  # nothing where it is no longer computed
    said: tuple[Said, ...] = ()
    judged: bool = True  # whether its days were looked at again; where they were not, nothing is called corrected
    cases: OnFinding = NO_CASE

    @property
    def state(self) -> str:
        """How far it has come: one of STATES."""
        done = [each.do for each in self.said]
        if self.cases.cases:
            return "closed" if self.cases.ended else "handed"
        if "close" in done:
            return "closed"
        if "open" not in done:
            return "seen"
        return "corrected" if self.cleared else "explained" if "explain" in done else "open"

    @property
    def cleared(self) -> bool:
        """Whether its days were looked at again and its rule no longer raises it."""
        return self.flag is None and self.judged

    @property
    def finding(self) -> Finding | None:
        """It as a Finding, while it is computed."""
        return quality_control.finding(self.flag) if self.flag else None


def followed(workspace: Workspace, period: Period | None = None) -> tuple[Followed, ...]:
    """The findings about data of a span (else of the bundle's look-back) and every one that is open still."""
    asked = period or quality_control.recent(workspace)
    return tuple(each for each in _known(workspace, asked) if _shown(each, asked))


def find(workspace: Workspace, name: str) -> Followed | None:
    """The finding of this name, also one of long ago; nothing where neither a rule nor an entry knows it."""
    found = next((each for each in _known(workspace, quality_control.recent(workspace)) if each.id == name), None)
    begun = _BEGUN.search(name)
    if found is not None or begun is None:
        return found
    try:
        month = Period.parse(f"{begun[1][:4]}-{begun[1][4:6]}")
    except Refusal:
        return None
    return next((each for each in _known(workspace, month) if each.id == name), None)


def one(workspace: Workspace, name: str) -> Followed:
    """The finding of this name."""
    found = find(workspace, name)
    if found is None:
        raise Refusal("unknown_data_finding", met=name[:120])
    return found


def named(each: Followed) -> dict[str, object]:
    """What an entry says of a finding, so that it can be found when its flag is gone."""
    until = each.until.isoformat() if each.until else ""
    facts = {"id": each.id, "rule": each.rule, "site": each.site, "quantity": each.quantity}
    return {**facts, "since": each.since.isoformat(), "until": until}


def open_new(workspace: Workspace, *, by: str, now: datetime) -> tuple[str, ...]:
    """Open what the own stations gave away and nobody opened yet; each is opened once. Gives their names."""
    fresh = [each for each in followed(workspace) if each.state == "seen" and each.owner == workspace.party]
    for at in range(0, len(fresh), AT_ONCE):
        some = fresh[at : at + AT_ONCE]
        body = {"about": FINDING, "do": "open", "findings": [named(each) for each in some], "by": by}
        workspace.record("note", body, now=now, check=_still(workspace, [each.id for each in some], "seen"))
    return tuple(each.id for each in fresh)


def explain(workspace: Workspace, name: str, *, by: str, reason: str, now: datetime) -> Followed:
    """Say why the readings are right, or what became of them; only the side that answers for the station."""
    return _say(workspace, name, "explain", ("open", "corrected"), by=by, reason=reason, now=now)


def close(workspace: Workspace, name: str, *, by: str, reason: str, now: datetime) -> Followed:
    """End a finding that was explained or corrected."""
    return _say(workspace, name, "close", ("explained", "corrected"), by=by, reason=reason, now=now)


def maintain(
    workspace: Workspace, site: str, since: datetime, until: datetime, *, by: str, reason: str, now: datetime
) -> Window:
    """Enter a window of maintenance of an own station; within it, being silent or frozen raises no flag."""
    place = workspace.region.site(site)
    side = quality_control.owner(workspace.region, place.id)
    if side != workspace.party:
        raise Refusal("not_your_record", met=place.id, party=side or "—")
    days = (until - since).total_seconds() / 86400
    if not 0 < days <= LONGEST_DAYS:
        raise Refusal("bad_window", met=f"{since.isoformat()}/{until.isoformat()}", expected=LONGEST_DAYS)
    if not reason.strip():
        raise Refusal("register_no_reason")
    times = {"since": since.isoformat(), "until": until.isoformat()}
    workspace.record(
        "note", {"about": MAINTENANCE, "site": place.id, **times, "reason": reason.strip(), "by": by}, now=now
    )
    return Window(place.id, since, until, reason.strip(), by, workspace.party)


def windows(workspace: Workspace) -> tuple[Window, ...]:
    """The windows of maintenance that the owners of stations entered, by site and time."""
    return workspace.computed("maintenance", lambda: _windows(workspace))


def _known(workspace: Workspace, period: Period | None) -> tuple[Followed, ...]:
    """The findings of a span, and every one that an entry names; in the order of what waits."""
    key = ("quality followed", None if period is None else (period.since, period.until))
    return workspace.computed(key, lambda: _followed(workspace, period))


def _shown(each: Followed, period: Period | None) -> bool:
    return each.state != "closed" or (period is not None and each.since >= period.since)


def _followed(workspace: Workspace, period: Period | None) -> tuple[Followed, ...]:
    computed = quality_control.flags(workspace, period, windows(workspace)) if period else ()
    found = {flag.id: _of(workspace, flag) for flag in computed}
    for entry in workspace.done.entries():
        for each in _told(workspace, found, entry):
            found[each.id] = each
    cases = casebook.on_findings(workspace)
    kept = [replace(each, cases=cases[each.id]) if each.id in cases else each for each in found.values()]
    return tuple(sorted(kept, key=lambda each: (STATES.index(each.state), each.site, each.quantity, each.since)))


def _told(workspace: Workspace, found: Mapping[str, Followed], entry: Entry) -> list[Followed]:
    """The findings that an entry speaks of, after it."""
    if entry.body.get("about") == FINDING:
        return _after(workspace, found, entry)
    handed = entry.body.get(HANDED)
    return _handed(workspace, found, entry, handed) if isinstance(handed, Mapping) and entry.kind == "move" else []


def _handed(
    workspace: Workspace, found: Mapping[str, Followed], entry: Entry, row: Mapping[str, object]
) -> list[Followed]:
    """A finding that the other side opened a case on; a move that opened none changes nothing."""
    name = str(row.get("id"))
    held = found.get(name) or _named(workspace, row)
    opened = casebook.on_findings(workspace).get(name, NO_CASE).cases
    if held is None or entry.body.get("finding") != name or entry.body.get("case") not in opened:
        return []
    reason, by = (str(entry.body.get(part, "")) for part in ("reason", "by"))
    said = Said("hand_over", entry.at, entry.party, by, reason, fingerprint_of(entry))
    return [replace(held, said=(*held.said, said))]


def _of(workspace: Workspace, flag: Flag) -> Followed:
    owner = quality_control.owner(workspace.region, flag.site)
    return Followed(flag.id, flag.rule, flag.site, flag.quantity, flag.since, flag.until, owner, flag)


def _after(workspace: Workspace, found: Mapping[str, Followed], entry: Entry) -> list[Followed]:
    """The findings that an entry says something of, after it; what its signer may not say changes nothing."""
    do = str(entry.body.get("do"))
    reason, by = (str(entry.body.get(part, "")) for part in ("reason", "by"))
    said = Said(do, entry.at, entry.party, by, reason, fingerprint_of(entry))
    if do == "open":
        listed = entry.body.get("findings")
        rows = listed if isinstance(listed, list) else []
        these = [
            found.get(str(each.get("id"))) or _named(workspace, each) for each in rows if isinstance(each, Mapping)
        ]
        fresh = [each for each in these if each is not None and not each.said]
    else:
        held = found.get(str(entry.body.get("finding")))
        allowed = {"explain": {"open", "corrected"}, "close": {"explained", "corrected"}}.get(do, set())
        fresh = [held] if held is not None and held.state in allowed else []
    return [replace(each, said=(*each.said, said)) for each in fresh if each.owner == entry.party]


def _named(workspace: Workspace, row: Mapping[str, object]) -> Followed | None:
    """A finding that was opened outside of the span that is looked at, or is no longer computed."""
    try:
        rule, site, quantity, since = (str(row[part]) for part in ("rule", "site", "quantity", "since"))
        until = parse_time(str(row["until"])) if row.get("until") else None
        owner = quality_control.owner(workspace.region, site)
        begun = parse_time(since)
    except (KeyError, Refusal):
        return None
    if rule not in RULES or site not in workspace.region.sites:
        return None
    judged = quality_control.looked(workspace, quality_control.month_of(begun)).since <= begun
    flag = _flag_of(workspace, str(row["id"]), begun) if judged else None
    return Followed(str(row["id"]), rule, site, quantity, begun, until, owner, flag, judged=judged)


def _flag_of(workspace: Workspace, name: str, begun: datetime) -> Flag | None:
    """The flag of this name, where it is still computed from the month that it began in."""
    month = quality_control.flags(workspace, quality_control.month_of(begun), windows(workspace))
    return next((flag for flag in month if flag.id == name), None)


def _say(
    workspace: Workspace, name: str, do: str, states: Sequence[str], *, by: str, reason: str, now: datetime
) -> Followed:
    held = one(workspace, name)
    if held.owner != workspace.party:
        raise Refusal("not_your_record", met=held.id, party=held.owner or "—")
    if held.state not in states:
        raise Refusal("data_finding_not_open", met=held.state, expected=", ".join(states))
    if not reason.strip():
        raise Refusal("register_no_reason")
    body = {"about": FINDING, "do": do, "finding": name, "reason": reason.strip(), "by": by}
    workspace.record("note", body, now=now, check=_still(workspace, [name], held.state))
    return one(workspace, name)


def _still(workspace: Workspace, names: Sequence[str], state: str) -> Callable[[], None]:
    """A look, within the transaction that writes, whether the findings still stand as they were read."""

    def check() -> None:
        states = {each.id: each.state for each in followed(workspace)}
        moved = next((states.get(name, "—") for name in names if states.get(name) != state), None)
        if moved is not None:
            raise Refusal("data_finding_not_open", met=moved, expected=state)

    return check


def _windows(workspace: Workspace) -> tuple[Window, ...]:
    found = []
    for entry in workspace.done.entries():
        body = entry.body
        if (
            body.get("about") != MAINTENANCE
            or quality_control.owner(workspace.region, str(body.get("site"))) != entry.party
        ):
            continue
        try:
            since, until = (parse_time(str(body.get(part))) for part in ("since", "until"))
        except Refusal:
            continue
        reason, by = (str(body.get(part, "")) for part in ("reason", "by"))
        found.append(Window(str(body["site"]), since, until, reason, by, entry.party, fingerprint_of(entry)))
    return tuple(sorted(found, key=lambda each: (each.site, each.since)))
