"""A procedure drawn from its file: a lane for each role, a line for each move, the clocks that it starts.

Moves stand in the order in which a case can come to them. A line begins in the lane of whoever makes the move; an
arrow leads to the other lane where the move changes what stands there too.
"""

from collections.abc import Mapping
from html import escape

from adjoin.core.rule import Clock, Move, Procedure
from adjoin.web.draw import short, svg
from adjoin.web.words import Both, said, word

LANE, ROW, TOP, LEFT, CLOCKS = 290, 58, 46, 12, 300


def drawn(procedure: Procedure, known: Mapping[str, Procedure]) -> Both:
    """The picture in both languages; `known` are all procedures, since a clock may be for a case that follows."""
    return Both(_picture(procedure, known, "zh"), _picture(procedure, known, "en"))


def clock_name(procedure: Procedure, name: str, known: Mapping[str, Procedure]) -> Both:
    """What the move that a clock runs for is called, here or in the procedure that follows."""
    if name in procedure.moves:
        return word(procedure, name)
    followers = (known[final.opens] for final in procedure.final if final.opens is not None and final.opens in known)
    return next((word(each, name) for each in followers if name in each.moves), Both(name, name))


def in_order(procedure: Procedure) -> list[Move]:
    """The moves in the order in which a case can first come to them."""
    start = tuple(sorted(procedure.start.items()))
    seen, ahead, found = {start}, [start], dict[str, Move]()
    while ahead:
        state = dict(ahead.pop(0))
        for move in procedure.open_moves(state, {}):
            found.setdefault(move.name, move)
            reached = tuple(sorted(procedure.after(state, move).items()))
            if reached not in seen:
                seen.add(reached)
                ahead.append(reached)
    return [*found.values(), *(move for name, move in procedure.moves.items() if name not in found)]


def clock_length(procedure: Procedure, name: str, clock: Clock) -> Both:
    """How long a clock runs, in what it counts, and the clause that says so where one does."""
    length = said(f"web.clock.{clock.kind}", count=clock.count)
    clause = procedure.clauses.get(name)
    return Both(f"{length.zh}（{clause}）", f"{length.en} ({clause})") if clause else length


def _picture(procedure: Procedure, known: Mapping[str, Procedure], lang: str) -> str:
    moves, roles = in_order(procedure), procedure.roles
    height = TOP + ROW * len(moves) + 8
    parts = [_lane(procedure, i, role, height, lang) for i, role in enumerate(roles)]
    parts.append(_text(LEFT + LANE * len(roles) + 26, 26, said("web.procedure.clocks").of(lang), "name"))
    for row, move in enumerate(moves):
        middle = TOP + ROW * row + ROW / 2
        parts += [_move(procedure, move, middle, lang), _clocks(procedure, move, known, middle, lang)]
    title = word(procedure, procedure.name).of(lang)
    desc = said("web.procedure.drawn", moves=len(moves), roles=len(roles)).of(lang)
    return svg(LEFT + LANE * len(roles) + 26 + CLOCKS, height, title, desc, parts)


def _lane(procedure: Procedure, place: int, role: str, height: float, lang: str) -> str:
    x = LEFT + LANE * place + LANE / 2
    line = f'<line class="grid" x1="{short(x)}" y1="{TOP - 8}" x2="{short(x)}" y2="{short(height)}"/>'
    return line + _text(x, 26, word(procedure, role).of(lang), "name", "middle")


def _move(procedure: Procedure, move: Move, middle: float, lang: str) -> str:
    x = LEFT + LANE * procedure.roles.index(move.by) + LANE / 2
    wide, high = LANE - 34, ROW - 14
    place = f'x="{short(x - wide / 2)}" y="{short(middle - high / 2)}" width="{wide}" height="{high}"'
    words = _text(x, middle - 3, word(procedure, move.name).of(lang), "name", "middle")
    told = _text(x, middle + 15, _step(procedure, move, move.by, lang), "soft", "middle")
    others = [role for role in move.takes if role != move.by]
    arrows = "".join(_arrow(procedure, move, role, middle, lang) for role in others)
    return f'<rect class="bracket" {place} rx="2"/>' + words + told + arrows


def _clocks(procedure: Procedure, move: Move, known: Mapping[str, Procedure], y: float, lang: str) -> str:
    rows = [
        f"{clock_name(procedure, name, known).of(lang)} {clock_length(procedure, name, each).of(lang)}"
        for name, each in move.within.items()
    ]
    x, first = LEFT + LANE * len(procedure.roles) + 26, y + 5 - 9 * (len(rows) - 1)
    return "".join(_text(x, first + 18 * i, row, "soft") for i, row in enumerate(rows))


def _arrow(procedure: Procedure, move: Move, role: str, y: float, lang: str) -> str:
    here, there = procedure.roles.index(move.by), procedure.roles.index(role)
    side = 1 if there > here else -1
    start = LEFT + LANE * here + LANE / 2 + side * (LANE - 34) / 2
    end = LEFT + LANE * there + LANE / 2 - side * 4
    line = f'<line class="axis" x1="{short(start)}" y1="{short(y)}" x2="{short(end)}" y2="{short(y)}"/>'
    tip = f"{short(end)},{short(y)} {short(end - side * 8)},{short(y - 4)} {short(end - side * 8)},{short(y + 4)}"
    words = _text(LEFT + LANE * there + LANE / 2 + side * 8, y + 5, _step(procedure, move, role, lang), "soft halo",
                  "start" if side > 0 else "end")  # fmt: skip
    return f'{line}<polygon class="dot dim" points="{tip}"/>{words}'


def _step(procedure: Procedure, move: Move, role: str, lang: str) -> str:
    """Where a move leads a role: the states it comes to."""
    reached = dict.fromkeys(word(procedure, state).of(lang) for state in move.takes[role].values())
    return "→ " + (" / ".join(reached))


def _text(x: float, y: float, words: str, css: str, anchor: str = "start") -> str:
    return f'<text class="{css}" x="{short(x)}" y="{short(y)}" text-anchor="{anchor}">{escape(words)}</text>'
