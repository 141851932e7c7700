"""The door to the division of a river's water."""

from adjoin.core.refusal import Refusal
from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given, refuse
from adjoin.doors.tables_given import known, maybe, objects, row, size
from adjoin.water.allocation import Allocation, Diversion, Missing, Taker, allocate

_WATER, _WORTH, _REACHES, _CANALS = 1e9, 1e9, 5_000, 200


def divide(asked: Asked) -> Answer:
    """Who may take how much, and what water is worth where; or where it is missing."""
    given = Given.of(asked)
    takers, quotas = _takers(given), _quotas(given)
    canals = [_canal(each, len(takers)) for each in objects(given, "diversions", _CANALS)] if _has(given) else []
    for party in quotas:
        known(f"quota.{party}", party, sorted({each.party for each in takers}))
    found = allocate(takers, canals, quotas)
    if isinstance(found, Missing):
        reaches = sorted(found.by_reach)
        return {
            "infeasible": True,
            "reaches": reaches,
            "missing": {str(i): found.by_reach[i] for i in reaches},
        }
    answer = _divided(takers, found) | _accounts(takers, quotas, found)
    if canals:
        answer["without_diversions"] = _without(takers, quotas)
    return answer


def _divided(takers: list[Taker], found: Allocation) -> dict[str, object]:
    return {
        "infeasible": False,
        "optimum_benefit": found.decision.objective,
        "deliveries": {str(i): x for i, x in enumerate(found.deliveries)},
        "unmet": {str(i): t.demand - x for i, (t, x) in enumerate(zip(takers, found.deliveries, strict=True))},
        "outflow": list(found.outflow),
        "diverted": list(found.diverted),
        "worth_of_inflow": list(found.worth),
        "bound": found.decision.bound,
        "gap": found.decision.gap,
        "decision": found.decision.as_json(),
    }


def _accounts(takers: list[Taker], quotas: dict[str, float], found: Allocation) -> dict[str, object]:
    """What each party uses of its quota."""
    used: dict[str, float] = {}
    for each, x in zip(takers, found.deliveries, strict=True):
        used[each.party] = used.get(each.party, 0.0) + x
    if not any(used):  # nobody is named
        return {}
    return {
        "accounts": {
            party: {
                "used": water,
                "quota": quotas.get(party),
                "left": quotas[party] - water if party in quotas else None,
                "worth_of_quota": found.quota_worth.get(party),
            }
            for party, water in sorted(used.items())
        }
    }


def _without(takers: list[Taker], quotas: dict[str, float]) -> dict[str, object]:
    """The same river without its canals, so that their effect stands beside it."""
    found = allocate(takers, (), quotas)
    if isinstance(found, Missing):
        return {"infeasible": True, "reaches": sorted(found.by_reach)}
    return {"infeasible": False, "optimum_benefit": found.decision.objective, "outflow": list(found.outflow)}


def _takers(given: Given) -> list[Taker]:
    downs = given.items("down")
    count = len(downs)
    size("down", downs, 1, _REACHES)
    columns = {key: row(given.raw(key), key, count, 0, _WATER) for key in ("local_inflow", "min_outflow", "demand")}
    benefit = row(given.raw("benefit"), "benefit", count, 0, _WORTH)
    parties = given.items("party") if given.values.get("party") is not None else [""] * count
    if len(parties) != count:
        refuse("uneven_lists", "party", len(parties), expected=count)
    return [
        Taker(
            _down(downs[i], i, count),
            columns["local_inflow"][i],
            columns["min_outflow"][i],
            columns["demand"][i],
            benefit[i],
            Given({f"party[{i}]": parties[i]}).text(f"party[{i}]"),
        )
        for i in range(count)
    ]


def _down(value: object, place: int, count: int) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < count:
        raise Refusal("down_is_nowhere", met=value, row=place)
    return value


def _quotas(given: Given) -> dict[str, float]:
    if given.values.get("quota") is None:
        return {}
    inside = given.inner("quota")
    return {str(party): inside.number(party, 0, _WATER) for party in inside.values}


def _has(given: Given) -> bool:
    return bool(given.values.get("diversions"))


def _canal(given: Given, count: int) -> Diversion:
    return Diversion(
        given.integer("from", 0, count - 1),
        given.integer("to", 0, count - 1),
        given.number("capacity", 0, _WATER),
        maybe(given, "arrives", 0, 1, 1.0),
    )


DOORS = (
    Door(
        "water.allocate",
        divide,
        Explanation(
            what_zh="一个时段的水量分配：先保各河段最小下泄流量，再使供水效益最大；可含各方份额和引水渠，并给出用水账和一方水的价值",
            what_en="the water of a river divided for one step: least flows first, then deliveries of most benefit; "
            "with quotas of parties and canals, the accounts of use and what water is worth",
            formula="max sum b x; out_i = inflow_i + sum out above + sum a z in - x_i - sum z out >= min_i; "
            "0 <= x <= demand; z <= capacity; sum x of a party <= quota",
            symbols=(
                Symbol("down", "", "各河段的下游（序号，出口null）", "the reach below, by place; null at the outlet"),
                Symbol("local_inflow", "m3/s", "区间来水（各量同一单位）", "water that joins; one unit for all"),
                Symbol("min_outflow", "m3/s", "最小下泄流量", "flow that must stay in the river"),
                Symbol("demand", "m3/s", "需水", "what is asked for"),
                Symbol("benefit", "1/(m3/s)", "单位供水的效益或优先权重", "worth of a unit: benefit, or a priority"),
                Symbol("party", "", "各河段所属方，可缺", "party of each reach, may be absent"),
                Symbol("quota", "m3/s", "各方份额，可缺", "what each party may take, may be absent"),
                Symbol(
                    "diversions",
                    "m3/s",
                    "引水渠：from、to、capacity、arrives（到达比例），可缺",
                    "canals: from, to, capacity, arrives (the part that arrives); may be absent",
                ),
            ),
            source="linear programme, solved by HiGHS, its prices prove it; the shares of approved plans are inputs",
        ),
    ),
)
