"""Whom both sides send to which problem: the most matches of topic and skill, nobody judging his own matter.

Each problem gets exactly as many experts as it needs; from both sides when it needs two or more (so of one side at
most all but one); each knows one of its topics; none has a tie with it; none has more problems than the cap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adjoin.methods.assignment import assign, possible


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody of the shared pool."""

    side: str
    skills: frozenset[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """What experts are asked for."""

    topics: frozenset[str]
    need: int


@dataclass(frozen=True, slots=True)
class Staffing:
    """The best staffing, with its reasons; where none exists, the problems that stand in each other's way."""

    best: int | None  # topic matches; None: no staffing meets all rules
    staffing: Mapping[str, tuple[str, ...]]  # problem -> experts
    reasons: Mapping[str, Mapping[str, tuple[str, ...]]]  # problem -> expert -> the topics he knows
    cannot: tuple[str, ...] = ()  # problems that cannot be staffed together; leave out any one and the rest can


def staff(
    experts: Mapping[str, Expert],
    problems: Mapping[str, Problem],
    conflicts: Iterable[tuple[str, str]],
    cap: int,
    vetoes: Iterable[tuple[str, str]] = (),
) -> Staffing:
    """The staffing with the most topic matches.

        maximise  sum over (expert, problem) of the topics of the problem that the expert knows

    conflicts : (expert, problem) with a tie between them
    vetoes : (expert, problem) that either side refuses; they are treated alike, no reason is asked
    cap : problems an expert takes at most
    """
    barred = {*conflicts, *vetoes}
    found = _solve(experts, problems, barred, cap)
    if found is None:
        return Staffing(None, {}, {}, _stuck(experts, problems, barred, cap))
    reasons = {
        name: {who: tuple(sorted(experts[who].skills & problems[name].topics)) for who in found[name]} for name in found
    }
    return Staffing(sum(len(topics) for each in reasons.values() for topics in each.values()), found, reasons)


def price_of_vetoes(
    experts: Mapping[str, Expert],
    problems: Mapping[str, Problem],
    conflicts: Iterable[tuple[str, str]],
    cap: int,
    vetoes: Iterable[tuple[str, str]],
) -> dict[tuple[str, str], int | None]:
    """What each veto costs by itself, in topic matches; None where it leaves no staffing at all."""
    ties = tuple(conflicts)
    free = staff(experts, problems, ties, cap).best
    prices: dict[tuple[str, str], int | None] = {}
    for veto in vetoes:
        left = staff(experts, problems, ties, cap, [veto]).best
        prices[veto] = None if free is None or left is None else free - left
    return prices


def hidden_ties(
    declared: Iterable[tuple[str, str]], known: Iterable[tuple[str, str]], staffing: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, str], ...]:
    """Ties that came out and had not been declared by experts who sit on that very problem: their seat falls."""
    told = set(declared)
    return tuple(sorted((who, name) for who, name in set(known) - told if who in staffing.get(name, ())))


def _solve(
    experts: Mapping[str, Expert], problems: Mapping[str, Problem], barred: set[tuple[str, str]], cap: int
) -> dict[str, tuple[str, ...]] | None:
    return assign(*_question(experts, problems, barred, cap))


def _question(
    experts: Mapping[str, Expert], problems: Mapping[str, Problem], barred: set[tuple[str, str]], cap: int
) -> tuple[Mapping[tuple[str, str], int], Mapping[str, int], Mapping[str, int], Mapping[str, str], Mapping[str, int]]:
    """The question of who takes what: values, caps, needs, sides, and how many of one side a problem takes."""
    value = {
        (who, name): matches
        for who, expert in experts.items()
        for name, problem in problems.items()
        if (matches := len(expert.skills & problem.topics)) and (who, name) not in barred
    }
    return (
        value,
        dict.fromkeys(experts, cap),
        {name: problem.need for name, problem in problems.items()},
        {who: expert.side for who, expert in experts.items()},
        {name: max(1, problem.need - 1) for name, problem in problems.items()},
    )


def _stuck(
    experts: Mapping[str, Expert], problems: Mapping[str, Problem], barred: set[tuple[str, str]], cap: int
) -> tuple[str, ...]:
    """A set of problems that cannot be staffed together, of which any one left out lets the rest be staffed.

    Halves are tried before single ones (Junker 2004), so that few staffings are looked for.
    """

    def fails(names: list[str]) -> bool:
        return not possible(*_question(experts, {name: problems[name] for name in names}, barred, cap))

    def needed(kept: list[str], among: list[str], *, changed: bool) -> list[str]:
        if changed and fails(kept):
            return []
        if len(among) == 1:
            return among
        half = len(among) // 2
        one, other = among[:half], among[half:]
        second = needed([*kept, *one], other, changed=True)
        return [*needed([*kept, *second], one, changed=bool(second)), *second]

    return tuple(sorted(needed([], sorted(problems), changed=False)))
