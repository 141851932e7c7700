"""Who takes what, to the greatest total: a flow of whole units along the best way left, one after the other.

    maximise  sum v_ij x_ij   with   sum_j x_ij <= cap_i,   sum_i x_ij = need_j,   sum over a group g of x_ij <= room_jg

A cheapest-path flow is exact in whole numbers; no solver and no rounding stand between the question and its answer.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

Node = tuple[str, ...]
_START: Node = ("start",)
_END: Node = ("end",)


@dataclass(slots=True)
class _Edge:
    """One way from a node to another: what it gives, what still fits, and the edge that goes back."""

    to: Node
    room: int
    gain: int
    back: int  # index of its twin among the edges of `to`


@dataclass(slots=True)
class _Net:
    edges: dict[Node, list[_Edge]] = field(default_factory=dict)

    def join(self, one: Node, other: Node, room: int, gain: int = 0) -> None:
        here, there = self.edges.setdefault(one, []), self.edges.setdefault(other, [])
        here.append(_Edge(other, room, gain, len(there)))
        there.append(_Edge(one, 0, -gain, len(here) - 1))

    def best_way(self, *, first: bool = False) -> list[tuple[Node, int]] | None:
        """The way from start to end that gives most, as (node, edge taken there); or the first that is found."""
        gain: dict[Node, int] = {_START: 0}
        came: dict[Node, tuple[Node, int]] = {}
        ahead, waiting = deque([_START]), {_START}
        while ahead and not (first and _END in came):
            node = ahead.popleft()
            waiting.discard(node)
            for k, edge in enumerate(self.edges[node]):
                if edge.room > 0 and (edge.to not in gain or gain[node] + edge.gain > gain[edge.to]):
                    gain[edge.to], came[edge.to] = gain[node] + edge.gain, (node, k)
                    if edge.to not in waiting:
                        waiting.add(edge.to)
                        ahead.append(edge.to)
        if _END not in came:
            return None
        way: list[tuple[Node, int]] = []
        node = _END
        while node != _START:
            way.append(came[node])
            node = came[node][0]
        return way

    def push(self, way: list[tuple[Node, int]]) -> None:
        """One unit along a way."""
        for node, k in way:
            edge = self.edges[node][k]
            edge.room -= 1
            self.edges[edge.to][edge.back].room += 1


def assign(
    value: Mapping[tuple[str, str], int],
    cap: Mapping[str, int],
    need: Mapping[str, int],
    group: Mapping[str, str],
    room: Mapping[str, int],
) -> dict[str, tuple[str, ...]] | None:
    """Who takes which task so that every need is met and the total value is greatest; None where that cannot be.

    value : (who, task) -> what the pair is worth; a pair that is not named is not allowed
    cap : who -> tasks at most
    need : task -> how many it needs, exactly
    group : who -> the group he is of
    room : task -> how many of one group it takes at most

    Gives task -> who, sorted. Source: successive best augmenting paths, exact in whole numbers.
    """
    net = _built(value, cap, need, group, room)
    for _ in range(sum(need.values())):
        way = net.best_way()
        if way is None:
            return None
        net.push(way)
    return {task: _taken(net, task, value) for task in sorted(need)}


def possible(
    value: Mapping[tuple[str, str], int],
    cap: Mapping[str, int],
    need: Mapping[str, int],
    group: Mapping[str, str],
    room: Mapping[str, int],
) -> bool:
    """Whether every need can be met at all; asked as `assign`, and answered sooner, since values do not matter."""
    net = _built(dict.fromkeys(value, 0), cap, need, group, room)
    for _ in range(sum(need.values())):
        way = net.best_way(first=True)
        if way is None:
            return False
        net.push(way)
    return True


def _built(
    value: Mapping[tuple[str, str], int],
    cap: Mapping[str, int],
    need: Mapping[str, int],
    group: Mapping[str, str],
    room: Mapping[str, int],
) -> _Net:
    net = _Net()
    net.edges[_START], net.edges[_END] = [], []
    for who, most in sorted(cap.items()):
        net.join(_START, ("who", who), most)
    for who, task in sorted(value):
        net.join(("who", who), ("group", task, group[who]), 1, value[who, task])
    for task, kind in sorted({(task, group[who]) for who, task in value}):
        net.join(("group", task, kind), ("task", task), room[task])
    for task, count in sorted(need.items()):
        net.join(("task", task), _END, count)
    return net


def _taken(net: _Net, task: str, value: Mapping[tuple[str, str], int]) -> tuple[str, ...]:
    return tuple(
        who
        for who, asked in sorted(value)
        if asked == task
        for edge in net.edges["who", who]
        if edge.to[:2] == ("group", task) and edge.room == 0
    )
