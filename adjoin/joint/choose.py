"""Which measures, on whichever side, bring every receptor what it needs at least cost?"""

from collections.abc import Sequence

from adjoin.methods.optimise import Program, Row, Solution, solve


def least_cost(
    cost: Sequence[float], cap_t: Sequence[float], matrix: Sequence[Sequence[float]], need: Sequence[float]
) -> Solution:
    """The cheapest cuts, and the price of every receptor's need.

        min sum c_i x_i;   0 <= x_i <= cap_i;   sum_i A_ki x_i >= need_k

    cost : money by tonne; cap_t : tonnes; matrix : ug/m3 lower by tonne, a row a receptor; need : ug/m3
    """
    rows = tuple(Row(dict(enumerate(row)), low=low) for row, low in zip(matrix, need, strict=True))
    return solve(Program(tuple(cost), (0.0,) * len(cost), tuple(cap_t), rows))
