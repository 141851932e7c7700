"""Once round the loop: the moves that a bundle's demonstration tells, made in both workspaces with exchanges between.

A script may also keep an answer of a method on the readings of a site. What a human would type is marked as
demonstration in every entry. Where the demonstration was gone through before, nothing is done again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from adjoin.core.evidence import Evidence
from adjoin.core.finding import Finding
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.loop import answers, assess, attribute, exchange, hand_over
from adjoin.loop.answers import Compute
from adjoin.loop.workspace import Workspace

Pair = Mapping[str, Workspace]  # by party


@dataclass
class _Told:
    """A demonstration on its way: the workspaces, and the cases by the name the script gives them."""

    pair: Pair
    clock: Callable[[], datetime]
    compute: Compute
    cases: dict[str, str] = field(default_factory=dict)


def demonstrate(pair: Pair, script: Path, *, clock: Callable[[], datetime], compute: Compute) -> int:
    """Go through the script of a bundle; gives the number of moves made, none where cases exist already.

    compute : answers a question to a method
    """
    steps = yaml.safe_load(script.read_text("utf-8")) if script.exists() else []
    if any(hand_over.cases(workspace, now=clock()) for workspace in pair.values()):
        return 0
    told = _Told(pair, clock, compute)
    for step in steps:
        _step(told, step)
    meet(pair, clock=clock)
    return len(steps)


def meet(pair: Pair, *, clock: Callable[[], datetime]) -> None:
    """Carry packages both ways until both sides know that the other has everything."""
    one, other = pair.values()
    for sender, receiver in ((one, other), (other, one), (one, other), (other, one)):
        came = exchange.carry(sender, receiver, now=clock())
        if came.faults:
            raise Refusal("package_refused", met=came.faults[0].fault, party=came.faults[0].party)


def _step(told: _Told, step: Mapping[str, Any]) -> None:
    """One move by one side, after packages were exchanged."""
    meet(told.pair, clock=told.clock)
    if "keep" in step:
        _keep(told, step)
    else:
        _move(told, step)


def _move(told: _Told, step: Mapping[str, Any]) -> None:
    """A case is opened, or taken a move on."""
    workspace, now = told.pair[step["party"]], told.clock()
    said = {"by": step["by"], "reason": step.get("reason", ""), "demonstration": True, "now": now}
    evidence = _cited(workspace, step.get("evidence", ()))
    if "open" in step:
        found = _finding(workspace, step["site"], step["quantity"])
        case = hand_over.open_case(workspace, procedure=step["open"], finding=found.id, evidence=evidence, **said)
        told.cases[step["case"]] = case.id
    else:
        hand_over.move(workspace, _case(told, step["case"]), step["move"], evidence=evidence, **said)


def _keep(told: _Told, step: Mapping[str, Any]) -> None:
    """An answer is kept: the question is that of the script, with the readings of a site at a moment as its values."""
    workspace, now = told.pair[step["party"]], told.clock()
    at = datetime.fromisoformat(step["at"]).replace(tzinfo=ZONE)
    series = {name: assess.series(workspace, step["site"], name) for name in step["quantities"]}
    values = {each.quantity: row.value for each in series.values() for row in each.rows if row.time == at and row.value}
    given = answers.asked({**step["given"], "values": values})
    answers.keep(workspace, step["keep"], given, told.compute(step["keep"], given), by=step["by"], now=now)


def _case(told: _Told, name: str) -> str:
    """The id of a case that the script opened; `name.1` is the one that followed it."""
    base, dot, rest = name.partition(".")
    return f"{told.cases[base]}{dot}{rest}"


def _finding(workspace: Workspace, site: str, quantity: str) -> Finding:
    code = workspace.region.quantities.find(quantity).code
    place = workspace.region.site(site).id
    found = [each for each in attribute.findings(workspace) if (each.site, each.quantity) == (place, code)]
    if not found:
        raise Refusal("unknown_finding", met=f"{site} {quantity}", expected="-")
    return found[0]


def _cited(workspace: Workspace, cited: Sequence[str]) -> tuple[Evidence, ...]:
    """The evidence that a list of `site/quantity` names: the readings as this side holds them."""
    names = [name.partition("/") for name in cited]
    series = [assess.series(workspace, site, quantity) for site, _, quantity in names]
    return tuple(assess.evidence_of(each.rows) for each in series if each.rows)
