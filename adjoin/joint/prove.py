"""Whether a procedure may be used: proved by walking every joint state that two parties can reach.

A joint state is one state of each role, with the moves spent where `at_most` bounds them. It is *final*
when a line of `final` matches; then no move is open. A procedure is refused when the walk finds

    a dead end         a state that is not final and in which no move is open
    an unclocked wait  a move into a state where moves are open, none of which the move's `within` names
    a clash            two open moves of different roles that do not commute: after one the other is no
                       longer open, or the order changes where they end
    a trap             a state that is not final, with a move open, from which no end can be reached

Without a clash both sides may move while they are out of touch and still end in the same state: any two
histories of the same moves tile into squares, each of which commutes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from adjoin.core.refusal import Refusal
from adjoin.core.rule import Move, Procedure

Node = tuple[tuple[str, ...], tuple[int, ...]]  # states in the order of the roles, moves spent
Row = tuple[str, ...]
LARGEST = 20_000  # joint states; beyond this a walk would keep a server busy


@dataclass(frozen=True, slots=True)
class Proof:
    """What the walk found: states as the states of the roles in order, then the moves concerned; sorted."""

    reachable: int
    dead_ends: tuple[Row, ...]
    unclocked: tuple[Row, ...]
    clashes: tuple[Row, ...]
    cannot_end: tuple[Row, ...]

    @property
    def proved(self) -> bool:
        """Whether nothing was found."""
        return not (self.dead_ends or self.unclocked or self.clashes or self.cannot_end)

    @property
    def found(self) -> str:
        """What stands in the way, in one line."""
        kinds = {name: getattr(self, name) for name in ("dead_ends", "unclocked", "clashes", "cannot_end")}
        return "; ".join(f"{name}: {', '.join('/'.join(row) for row in rows)}" for name, rows in kinds.items() if rows)


def prove(procedure: Procedure) -> Proof:
    """Every dead end, unclocked wait, clash and trap of a procedure.

    Walks the joint states reachable from `start`, O(states x moves^2). Source: the rules at the head of this file.
    """
    walk = _Walk.of(procedure)
    waiting = [node for node in walk.after if not walk.final(node)]
    ending = walk.can_end()
    return Proof(
        reachable=len(walk.after),
        dead_ends=_sorted(node[0] for node in waiting if not walk.after[node]),
        unclocked=_sorted(row for node in waiting for row in walk.unclocked(node)),
        clashes=_sorted(row for node in waiting for row in walk.clashes(node)),
        cannot_end=_sorted(node[0] for node in waiting if walk.after[node] and node not in ending),
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    """The reachable joint states, and where each open move leads."""

    procedure: Procedure
    after: Mapping[Node, Mapping[str, Node]]

    @classmethod
    def of(cls, procedure: Procedure) -> "_Walk":
        start = (tuple(procedure.start[role] for role in procedure.roles), (0,) * len(procedure.at_most))
        after: dict[Node, dict[str, Node]] = {}
        ahead = [start]
        while ahead:
            node = ahead.pop()
            if node in after:
                continue
            if len(after) == LARGEST:
                raise Refusal("procedure_too_large", met=procedure.name, expected=LARGEST)
            after[node] = {move.name: _step(procedure, node, move) for move in _open(procedure, node)}
            ahead.extend(after[node].values())
        return cls(procedure, after)

    def final(self, node: Node) -> bool:
        return self.procedure.outcome(dict(zip(self.procedure.roles, node[0], strict=True))) is not None

    def can_end(self) -> set[Node]:
        """The states from which a final one can be reached."""
        before: dict[Node, list[Node]] = {node: [] for node in self.after}
        for node, moves in self.after.items():
            for reached in moves.values():
                before[reached].append(node)
        ending: set[Node] = set()
        back = [node for node in self.after if self.final(node)]
        while back:
            node = back.pop()
            if node not in ending:
                ending.add(node)
                back.extend(before[node])
        return ending

    def unclocked(self, node: Node) -> Iterator[Row]:
        for name, reached in self.after[node].items():
            waits = self.after[reached]
            if waits and not waits.keys() & self.procedure.moves[name].within.keys():
                yield (*node[0], name)

    def clashes(self, node: Node) -> Iterator[Row]:
        moves = self.after[node]
        for x, y in combinations(sorted(moves), 2):
            if self.procedure.moves[x].by != self.procedure.moves[y].by and not self._commute(node, x, y):
                yield (*node[0], x, y)

    def _commute(self, node: Node, x: str, y: str) -> bool:
        x_then_y = self.after[self.after[node][x]].get(y)
        return x_then_y is not None and x_then_y == self.after[self.after[node][y]].get(x)


def _open(procedure: Procedure, node: Node) -> tuple[Move, ...]:
    return procedure.open_moves(
        dict(zip(procedure.roles, node[0], strict=True)), dict(zip(procedure.at_most, node[1], strict=True))
    )


def _step(procedure: Procedure, node: Node, move: Move) -> Node:
    state = procedure.after(dict(zip(procedure.roles, node[0], strict=True)), move)
    spent = (n + (name == move.name) for name, n in zip(procedure.at_most, node[1], strict=True))
    return tuple(state[role] for role in procedure.roles), tuple(spent)


def _sorted(rows: Iterator[Row]) -> tuple[Row, ...]:
    return tuple(sorted(set(rows)))
