"""Which measures, on whichever side, bring every receptor what it needs at least cost?"""

from collections.abc import Sequence

from adjoin.core.measure import Decision
from adjoin.methods.optimise import Program, Row, decision, solve


def least_cost(
    cost: Sequence[float], cap_t: Sequence[float], matrix: Sequence[Sequence[float]], need: Sequence[float]
) -> Decision | None:
    """The cheapest cuts, and the price of every receptor's need; None where all of them are not enough.

        min sum c_i x_i;   0 <= x_i <= cap_i;   sum_i A_ki x_i >= need_k

    cost : money by tonne; cap_t : tonnes; matrix : ug/m3 lower by tonne, a row a receptor; need : ug/m3
    """
    rows = tuple(Row(dict(enumerate(row)), low=low) for row, low in zip(matrix, need, strict=True))
    program = Program(tuple(cost), (0.0,) * len(cost), tuple(cap_t), rows)
    found = solve(program)
    if found.status == "infeasible":
        return None
    names, receptors = (list(map(str, range(len(each)))) for each in (cost, need))
    return decision(program, found.primal, found.prices, names=names, rows=receptors)
