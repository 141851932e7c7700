"""Doors of what two equal parties do together."""

from dataclasses import asdict

from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.formats.procedures import procedure_from
from adjoin.joint.prove import prove


def _prove(given: Asked) -> Answer:
    proof = prove(procedure_from(given))
    return {**asdict(proof), "proved": proof.proved}


DOORS = (
    Door(
        method="joint.prove",
        answer=_prove,
        explain=Explanation(
            what_zh="一项双方程序能否使用：逐一走遍双方可达的共同状态，找出死路、无时限的等待、相冲突的动作和走不出的循环。",
            what_en="Whether a procedure of two parties may be used: every joint state they can reach is walked, and "
            "dead ends, waits without a clock, clashing moves and traps are found.",
            formula="proved = no dead end, no unclocked wait, no clash (x then y = y then x), no trap",
            symbols=(
                Symbol("reachable", "", "可达的共同状态数", "joint states that can be reached"),
                Symbol("dead_ends", "", "未到终点且无可行动作的状态", "states that are no end and have no open move"),
                Symbol(
                    "unclocked",
                    "",
                    "进入后无时限的等待：状态与动作",
                    "waits without a clock: state, and the move into it",
                ),
                Symbol(
                    "clashes", "", "双方同时可行但次序影响结果的动作", "open moves of both roles that do not commute"
                ),
                Symbol(
                    "cannot_end", "", "有动作可行但永远到不了终点的状态", "states with a move open but no way to an end"
                ),
            ),
            source="adjoin/joint/prove.py; procedures are data (adjoin/data/procedures)",
        ),
    ),
)
