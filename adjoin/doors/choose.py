"""The door to measures chosen together."""

from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given
from adjoin.doors.tables_given import matrix, row, size

_MONEY, _TONNES, _MEASURES, _RECEPTORS = 1e9, 1e9, 5000, 500


def least_cost(asked: Asked) -> Answer:
    """The cheapest measures and the price of every need."""
    from adjoin.joint import choose

    given = Given.of(asked)
    cost, need = given.numbers("cost", 0, _MONEY), given.numbers("need_ug_m3", 0, _MONEY)
    size("cost", cost, 1, _MEASURES)
    size("need_ug_m3", need, 1, _RECEPTORS)
    cap = row(given.raw("cap_t"), "cap_t", len(cost), 0, _TONNES)
    table = matrix(given, "sr_ug_m3_per_t", (len(need), len(cost)), -_MONEY, _MONEY)
    found = choose.least_cost(cost, cap, table, need)
    if found is None:
        return {"status": "infeasible", "optimum": None, "x": None, "shadow_price": None}
    cuts = {each.name: each.amount for each in found.measures}
    return {
        "status": "optimal",
        "optimum": found.objective,
        "x": [cuts.get(str(i), 0.0) for i in range(len(cost))],
        "shadow_price": list(found.prices.values()),
        "bound": found.bound,
        "gap": found.gap,
        "decision": found.as_json(),
    }


DOORS = (
    Door(
        "joint.least_cost",
        least_cost,
        Explanation(
            what_zh="双方措施的最小费用组合，使各受体达到所需改善；影子价格为多需一单位的费用",
            what_en="the cheapest measures of both sides that bring each receptor what it needs, and its price",
            formula="min sum c x; 0 <= x <= cap; A x >= need",
            symbols=(
                Symbol("cost", "money/t", "各措施单价", "by measure"),
                Symbol("cap_t", "t", "可减排量", "what can be cut"),
                Symbol("sr_ug_m3_per_t", "ug/m3/t", "受体×措施的响应", "rows receptors, columns measures"),
                Symbol("need_ug_m3", "ug/m3", "各受体所需改善", "by receptor"),
            ),
            source="linear programme, solved by HiGHS; bound from its prices",
        ),
    ),
)
