"""A story of one case, told as a table: who does what, and what each side sees of it then.

    who       | does     | chongqing       | sichuan
    chongqing | call     | waiting asked * | -
    -         | exchange | waiting asked   | waiting asked

A column shows the states of the roles in the order of the procedure; `*`: a step of it is not yet delivered;
`-`: no such case; an outcome stands instead of the states. A line whose move is refused ends with `refused <kind>`.
"""

import pytest

from adjoin.core.evidence import Evidence
from adjoin.core.refusal import Refusal
from adjoin.loop import demonstrate, exchange, hand_over

SEEN = (Evidence("series", "mill-bridge/w21011?period=2026-09-02", fingerprint="0" * 64),)


class Story:
    def __init__(self, pair, clock, *, finding, procedure="search-call"):
        self.pair, self.clock, self.finding, self.procedure = pair, clock, finding, procedure
        self.case = None

    def tell(self, table):
        head, *lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
        for who, does, *columns in lines:
            self.do(who, does)
            shown = dict(zip(head[2:], columns, strict=True))
            assert {side: self.seen(side) for side in shown} == shown, f"after {who} | {does}"

    def do(self, who, does):
        if does == "exchange":
            demonstrate.meet(self.pair, clock=self.clock)
        elif does.startswith("package to "):
            exchange.carry(self.pair[who], self.pair[does.removeprefix("package to ")], now=self.clock())
        elif "refused" in does:
            move, _, kind = does.partition(" refused ")
            self.refused(who, move, kind)
        else:
            self.move(who, does)

    def move(self, who, name, reason="because", evidence=SEEN):
        said = {"by": f"{who} officer", "reason": reason, "evidence": evidence, "now": self.clock()}
        workspace = self.pair[who]
        if self.case is None:
            made = hand_over.open_case(workspace, procedure=self.procedure, finding=self.finding, **said)
            assert made.steps[0].move == name
            self.case = made.id
        else:
            hand_over.move(workspace, self.case, name, **said)

    def refused(self, who, move, kind):
        """A refused move leaves everything as it was."""
        before = {side: (each.done.version(), self.seen(side)) for side, each in self.pair.items()}
        with pytest.raises(Refusal) as refused:
            self.move(who, move)
        assert refused.value.kind == kind
        assert {side: (each.done.version(), self.seen(side)) for side, each in self.pair.items()} == before

    def seen(self, side):
        found = self.of(side)
        if found is None:
            return "-"
        states = " ".join(found.state[role] for role in found.procedure.roles)
        waiting = " *" if any(step.delivered is None for step in found.steps) else ""
        return (found.outcome or states) + waiting

    def of(self, side):
        """The case as this side holds it."""
        cases = hand_over.cases(self.pair[side], now=self.clock.now)
        return next((each for each in cases if each.id == self.case), None)
