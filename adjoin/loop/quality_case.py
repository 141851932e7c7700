"""Findings about data between the two sides: handed to whoever runs the station, and confirmed by the rule itself.

A case on one is opened by the side that does not run the station; what the own stations give away is answered on the
page of the quality of data. A move that needs `cleared` may be made only where the rule was asked again, over the
readings as the keeper of the station has them, and no longer raises the finding.
"""

from collections.abc import Sequence
from dataclasses import replace

from adjoin.core.evidence import Evidence
from adjoin.core.finding import Finding
from adjoin.core.observation import Observation
from adjoin.core.period import Period
from adjoin.core.refusal import Refusal
from adjoin.core.rule import Move, Procedure
from adjoin.formats.messages import LANGUAGES, messages
from adjoin.formats.quality import quality_rules
from adjoin.joint.case import Case
from adjoin.loop import assess, quality_control, quality_follow
from adjoin.loop.quality_control import SECOND, Window
from adjoin.loop.quality_follow import Followed
from adjoin.loop.workspace import Workspace

PREFIX = "Q-"


def finding(workspace: Workspace, name: str) -> Finding | None:
    """The finding about data of this name, as it stands now; nothing where neither a rule nor an entry knows it."""
    each = quality_follow.find(workspace, name) if name.startswith(PREFIX) else None
    return None if each is None else _finding(workspace, each)


def procedures(workspace: Workspace, found: Finding) -> tuple[str, ...]:
    """The procedures under which a case can be opened on a finding, by name."""
    if found.kind == "rule_difference":
        return ("mediation",)
    on = "data" if found.id.startswith(PREFIX) else "finding"
    fitting = [
        each
        for each in workspace.region.procedures.values()
        if each.on == on and _asks_the_source(workspace, found, each)
    ]
    return tuple(each.name for each in sorted(fitting, key=lambda each: (each.rank, each.name)))


def _asks_the_source(workspace: Workspace, found: Finding, procedure: Procedure) -> bool:
    """Whether the side that is to mend is the one from which the water comes; neither mends what came from outside."""
    if not procedure.source_role or not found.kind.endswith("_signal"):
        return True
    source = found.upstream or workspace.region.sites[found.site].party
    opener = procedure.open_moves(procedure.start, {})[0].by
    return source == (workspace.party if opener == procedure.source_role else workspace.other)


def opening(workspace: Workspace, found: Finding, procedure: str) -> dict[str, object]:
    """What the opening of a case on a finding says of it besides; refused where it is not for this side to open."""
    chosen = workspace.region.procedures.get(procedure)
    about_data = found.id.startswith(PREFIX)
    fits = chosen is None or ((chosen.on == "data") is about_data and _asks_the_source(workspace, found, chosen))
    if not fits or (found.kind == "rule_difference" and procedure not in procedures(workspace, found)):
        raise Refusal("not_for_finding", met=procedure, expected=", ".join(procedures(workspace, found)))
    if not about_data:
        return {}
    each = quality_follow.one(workspace, found.id)
    if kind := bar(workspace, each):
        raise Refusal(kind, met=each.cases.cases[-1] if kind == "data_in_case" else each.site)
    return {quality_follow.HANDED: quality_follow.named(each)}


def barred(workspace: Workspace, found: Finding) -> str:
    """Why this side may not open a case on a finding, as the kind of the refusal; empty where it may."""
    return bar(workspace, quality_follow.one(workspace, found.id)) if found.id.startswith(PREFIX) else ""


def bar(workspace: Workspace, each: Followed) -> str:
    """The same of a finding about data: the other side must run the station, and answer it in no case yet."""
    if each.owner is None:
        return "nobodys_station"
    if each.owner == workspace.party:
        return "own_station"
    return "data_in_case" if each.state == "handed" else "" if each.flag else "data_gone"


def check(workspace: Workspace, case: Case, move: Move) -> None:
    """Refuse a move that needs the finding to be cleared where its rule still raises it, or could not be asked."""
    if "cleared" not in move.needs:
        return
    each = quality_follow.one(workspace, case.finding or "-")
    if each.flag is not None:
        raise Refusal("data_still_flagged", met=each.id, rule=each.rule, since=each.since.isoformat(timespec="minutes"))
    if not each.judged:
        raise Refusal("data_not_looked_at", met=each.since.date().isoformat())


def _finding(workspace: Workspace, each: Followed) -> Finding:
    """A finding with what its stretch of readings holds now, and whether its rule still raises it."""
    rows = _rows(workspace, each)
    covering = [window for window in quality_follow.windows(workspace) if _covers(window, each)]
    evidence = (*([assess.evidence_of(rows)] if rows else []), *map(_window, covering), _rule(each))
    stands = "caveat.data_still" if each.flag else "caveat.data_cleared" if each.judged else "caveat.data_not_judged"
    shown = quality_control.finding(each.flag) if each.flag else _gone(each, rows)
    return replace(shown, caveats=(stands, "caveat.data_flag"), evidence=evidence)


def _gone(each: Followed, rows: Sequence[Observation]) -> Finding:
    """One that is no longer computed: what stands in its place."""
    nothing = Observation(each.site, each.quantity, each.since, None, "", "", each.since)
    return Finding(
        id=each.id,
        kind=f"data_{each.rule}",
        site=each.site,
        quantity=each.quantity,
        upstream=None,
        downstream=None,
        since=each.since,
        until=each.until or each.since,
        peak=rows[0] if rows else nothing,
        water_class="",
        target=None,
        exhibits=(quality_control.readings(rows),) if rows else (),
    )


def _rows(workspace: Workspace, each: Followed) -> tuple[Observation, ...]:
    """The readings of its stretch as the keeper of the station has them; for a whole station one quantity of them."""
    period = Period(each.since, (each.until or each.since) + SECOND, "")
    found = quality_control.as_owned(
        workspace.region, workspace.observed.read(each.site, each.quantity or None, period)
    )
    quantity = each.quantity or min((row.quantity for row in found), default="")
    return tuple(sorted((row for row in found if row.quantity == quantity), key=lambda row: (row.time, row.origin)))


def _covers(window: Window, each: Followed) -> bool:
    return window.site == each.site and window.since <= (each.until or each.since) and each.since < window.until


def _window(window: Window) -> Evidence:
    """The entry that says a station was under maintenance."""
    times = {"since": window.since.isoformat(timespec="minutes"), "until": window.until.isoformat(timespec="minutes")}
    said = {lang: messages().say("evidence.maintenance", lang, **times, reason=window.reason) for lang in LANGUAGES}
    return Evidence("entry", window.entry, said["zh"], said["en"], window.entry)


def _rule(each: Followed) -> Evidence:
    rule = quality_rules().said[each.rule]
    return Evidence("parameter", f"quality_rules.yaml#{each.rule}", rule.zh, rule.en, status=rule.status)
