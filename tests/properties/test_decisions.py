"""Every optimisation answers with a Decision that its question alone can check: no solver is asked here.

For each method the objective and the conditions are written down again, from the question; the bound is added up from
the prices where there are prices, and held against every choice where the question is small.
"""

from itertools import combinations, product
from math import inf, prod

import pytest

import adjoin
from adjoin.core.measure import Decision, Measure
from adjoin.doors import cases
from adjoin.doors.given import parse
from adjoin.methods import balanced

NEAR = 1e-6
SMALL = 5_000  # choices that are all looked at here


def proved(costs, uppers, rows, prices):
    """What prices prove: sum of price x side, and each variable at its cheaper end; rows are (terms, low, high)."""
    left, total = dict(costs), 0.0
    for name, (terms, low, high) in rows.items():
        price = prices.get(name, 0.0)
        if abs(price) > 1e-9:
            total += price * (low if price > 0 else high)
        for j, factor in terms.items():
            left[j] = left.get(j, 0.0) - price * factor
    return total + sum(min(0.0, cost * uppers.get(j, inf)) for j, cost in left.items() if cost < -1e-9)


def linear(costs, uppers, rows, decision, lowers=None):
    """Objective, conditions and bound of a linear question, from its own numbers."""
    x = decision["primal"]
    assert sum(costs.get(j, 0.0) * amount for j, amount in x.items()) == pytest.approx(decision["objective"], rel=NEAR)
    for j, amount in x.items():
        assert (lowers or {}).get(j, 0.0) - NEAR <= amount <= uppers.get(j, inf) + NEAR, j
    for name, (terms, low, high) in rows.items():
        value = sum(factor * x.get(j, 0.0) for j, factor in terms.items())
        assert low - NEAR * max(1, abs(low)) <= value <= high + NEAR * max(1, abs(high)), name
    bound = proved(costs, uppers, rows, decision["dual"])
    assert bound == pytest.approx(decision["bound"], rel=NEAR, abs=NEAR)
    assert bound <= decision["objective"] + NEAR * max(1, abs(bound))


def least_cost(given, decision, _):
    n = range(len(given["cost"]))
    linear(
        {str(i): given["cost"][i] for i in n}, {str(i): given["cap_t"][i] for i in n},
        {str(k): ({str(i): a for i, a in enumerate(row)}, need, inf)
         for k, (row, need) in enumerate(zip(given["sr_ug_m3_per_t"], given["need_ug_m3"], strict=True))},
        decision,
    )  # fmt: skip


def two_node(given, decision, _):
    a, b = given["nodes"]
    link, load = f"{a} -> {b}", given["load_MW"]
    costs = {g["name"]: g["cost_yuan_MWh"] for g in given["generators"]}
    costs |= {f"shed: {node}": given["shed_cost_yuan_MWh"] for node in (a, b)}
    uppers = {g["name"]: g["available_MW"] for g in given["generators"]} | {f"shed: {n}": load[n] for n in (a, b)}
    rows = {
        node: ({g["name"]: 1.0 for g in given["generators"] if g["node"] == node}
               | {f"shed: {node}": 1.0, link: sign}, load[node], load[node])
        for node, sign in ((a, -1.0), (b, 1.0))
    }  # fmt: skip
    # the link runs both ways: as two ways of one direction each, so that every variable begins at 0
    flow = decision["primal"].get(link, 0.0)
    rest = {k: v for k, v in decision["primal"].items() if k != link} | {link: max(flow, 0), "back": max(-flow, 0)}
    for terms, _low, _high in rows.values():
        terms["back"] = -terms[link]
    uppers |= {link: given["link_MW"], "back": given["link_MW"]}
    linear(costs, uppers, rows, decision | {"primal": rest})


def storage(given, decision, _):
    load, sun = given["load_MW"], given["renewable_MW"]
    hours, cyclic = len(load), given.get("cyclic", False)
    uppers = {f"{part} {t}": limit for t in range(hours) for part, limit in (
        ("coal", given["coal_MW"]), ("curtailed", sun[t]), ("charge", given["power_MW"]),
        ("discharge", given["power_MW"]), ("level", given["energy_MWh"]))}  # fmt: skip
    rows = {}
    for t in range(hours):
        need = load[t] - sun[t]
        terms = {f"coal {t}": 1.0, f"curtailed {t}": -1.0, f"discharge {t}": 1.0, f"charge {t}": -1.0}
        rows[f"balance {t}"] = (terms, need, need)
        held = {f"level {t}": 1.0, f"charge {t}": -given["eff_charge"], f"discharge {t}": 1 / given["eff_discharge"]}
        start = 0.0
        if t or cyclic:
            before = f"level {(t - 1) % hours}"
            held[before] = held.get(before, 0.0) - 1.0
        else:
            start = given.get("start_MWh") or 0.0
        rows[f"level {t}"] = (held, start, start)
    linear({f"coal {t}": given["coal_yuan_MWh"] for t in range(hours)}, uppers, rows, decision)


def flow(given, decision, _):
    n, m = len(given["sources"]), len(given["sinks"])
    ways = {f"{i} -> {j}": (i, j) for i in range(n) for j in range(m)}
    quota = given.get("pair_quota_t") or [[None] * m for _ in range(n)]
    rows = {f"source {i}": ({w: 1.0 for w, (a, _) in ways.items() if a == i}, each["t"], each["t"])
            for i, each in enumerate(given["sources"])}  # fmt: skip
    rows |= {f"sink {j}": ({w: 1.0 for w, (_, b) in ways.items() if b == j}, -inf, each["capacity_t"])
             for j, each in enumerate(given["sinks"])}  # fmt: skip
    linear(
        {w: given["cost_yuan_t"][i][j] + given["risk_weight_yuan"] * given["risk_per_t"][i][j]
         for w, (i, j) in ways.items()},
        {w: inf if quota[i][j] is None else quota[i][j] for w, (i, j) in ways.items()}, rows, decision,
    )  # fmt: skip


def curve(given, decision, _):
    each = {t["name"]: t for t in given["technologies"]}
    linear({k: t["cost_yuan_t"] for k, t in each.items()}, {k: t["potential_t"] for k, t in each.items()},
           {"target_t": (dict.fromkeys(each, 1.0), given["target_t"], inf)}, decision)  # fmt: skip


def chosen(decision):
    return [name for name, amount in decision["primal"].items() if amount]


def technologies(given, decision, _):
    each, names = {t["name"]: t for t in given["technologies"]}, chosen(decision)
    groups = given.get("groups", [])

    def fits(names):
        reached = sum(each[name]["potential_t"] for name in names) >= given["target_t"] - NEAR
        return reached and all(len(set(group) & set(names)) <= 1 for group in groups)

    cost = {k: t["cost_yuan_t"] * t["potential_t"] for k, t in each.items()}
    assert fits(names)
    whole(decision, sum(cost[name] for name in names))
    if 2 ** len(each) <= SMALL:
        every = (s for k in range(len(each) + 1) for s in combinations(each, k) if fits(s))
        assert min(sum(cost[name] for name in s) for s in every) == pytest.approx(decision["objective"])


def whole(decision, objective):
    """The objective again, on the right side of its bound."""
    assert objective == pytest.approx(decision["objective"], rel=NEAR, abs=NEAR)
    sign = 1 if decision["sense"] == "least" else -1
    assert sign * (decision["objective"] - decision["bound"]) >= -NEAR * max(1, abs(objective))


def retirement(given, decision, _):
    index, count = {name: int(year) for name, year in decision["primal"].items()}, len(given["years"])

    def fits(index):
        for y, year in enumerate(given["years"]):
            runs = [u for u in given["units"] if index.get(u["name"], 0) > y]
            firm = year["other_firm_MW"] + sum(u["MW"] for u in runs)
            if firm < year["peak_MW"] * (1 + given["reserve_margin"]) - NEAR:
                return False
            for area, heat in year["heat_MW"].items():
                if sum(u["heat_MW"] for u in runs if u["area"] == area) < heat - NEAR:
                    return False
        return True

    def cost(index):
        total, now = 0.0, [(1 + given["discount"]) ** -y for y in range(max(count, 1000))]
        for u in given["units"]:
            end = index.get(u["name"], 0)
            total += u["fixed_1e6yuan"] * sum(now[:end])
            total += u["decommission_1e6yuan"] * now[end] if end < count else 0.0
            if end > u["retrofit_by"] < count:
                total += u["retrofit_1e6yuan"] * now[u["retrofit_paid_in"]]
        return total

    assert fits(index)
    whole(decision, cost(index))
    names = [u["name"] for u in given["units"]]
    if (count + 1) ** len(names) <= SMALL:
        every = (dict(zip(names, each, strict=True)) for each in product(range(count + 1), repeat=len(names)))
        assert min(cost(each) for each in every if fits(each)) == pytest.approx(decision["objective"], rel=NEAR)


def p_median(given, decision, answer):
    if "distance" not in given:
        return whole(decision, answer["objective"])
    weight = given.get("weight") or [1.0] * len(given["distance"])

    def cost(sites):
        return sum(w * min(row[j] for j in sites) for w, row in zip(weight, given["distance"], strict=True))

    sites = [int(name.removeprefix("open ")) for name in chosen(decision) if name.startswith("open ")]
    assert len(sites) == given["p"]
    whole(decision, cost(sites))
    every = list(combinations(range(len(given["distance"][0])), given["p"]))
    if len(every) <= SMALL:
        assert min(map(cost, every)) == pytest.approx(decision["objective"])
    return None


def warehouse(given, decision, _):
    shares = {tuple(map(int, k.split(" -> "))): x for k, x in decision["primal"].items() if "->" in k}
    opened = {int(k.removeprefix("open ")): x for k, x in decision["primal"].items() if k.startswith("open ")}
    for i in range(len(given["customers"])):
        assert sum(x for (a, _), x in shares.items() if a == i) == pytest.approx(1, abs=NEAR)
    for j, site in enumerate(given["warehouses"]):
        used = sum(given["customers"][i]["demand"] * x for (i, b), x in shares.items() if b == j)
        assert used <= site["capacity"] * round(opened.get(j, 0.0)) * (1 + NEAR) + NEAR
    cost = sum(given["customers"][i]["cost"][j] * x for (i, j), x in shares.items())
    whole(decision, cost + sum(given["warehouses"][j]["fixed"] * x for j, x in opened.items()))


def sewage(given, decision, _):
    sites, towns = ({each["name"]: each for each in given[key]} for key in ("sites", "towns"))
    to = dict(name.split(" -> ") for name in decision["primal"])
    assert set(to) == set(towns)
    opened, cost = set(to.values()), 0.0
    for name in opened:
        used = sum(towns[town]["flow_1000m3_d"] for town, site in to.items() if site == name)
        assert used <= sites[name]["capacity_1000m3_d"] + NEAR
        cost += sites[name]["fixed_wan"]
    for town, site in to.items():
        per = sites[site]["run_wan_per_1000m3_d"] + given["pipe_wan_per_1000m3_d_km"] * towns[town]["km"][site]
        cost += towns[town]["flow_1000m3_d"] * per
    whole(decision, cost)


def parcels_for_targets(given, decision, answer):
    picked, costs = [int(name) for name in chosen(decision)], given["cost"]
    for row, target in zip(given["features"], given["targets"], strict=True):
        assert sum(row[i] for i in picked) >= target - NEAR
    assert set(given.get("locked_in", [])) <= set(picked)
    assert not set(given.get("locked_out", [])) & set(picked)
    edge = given.get("boundary_penalty", 0) * answer.get("boundary", 0)
    whole(decision, sum(costs[i] for i in picked) + edge)


def parcels_for_budget(given, decision, _):
    def value(picked):
        joint = (j["gain"] for j in given["connection_gain"] if {j["a"], j["b"]} <= set(picked))
        return sum(given["cover_gain"][i] for i in picked) + sum(joint)

    picked = [int(name) for name in chosen(decision)]
    assert sum(given["cost"][i] for i in picked) <= given["budget"] + NEAR
    whole(decision, value(picked))
    if 2 ** len(given["cost"]) <= SMALL:
        n = range(len(given["cost"]))
        every = (s for k in range(len(n) + 1) for s in combinations(n, k))
        fits = [s for s in every if sum(given["cost"][i] for i in s) <= given["budget"]]
        assert max(map(value, fits)) == pytest.approx(decision["objective"])


def survey_next(given, decision, _):
    known = set(given["species_already_listed"])
    chances = {
        cell["id"]: [psi * p for k, (psi, p) in enumerate(zip(cell["psi"], given["detection"], strict=True))
                     if k not in known] for cell in given["cells"]
    }  # fmt: skip

    def expected(cells):
        return sum(1 - prod(1 - q for q in column) for column in zip(*(chances[c] for c in cells), strict=True))

    whole(decision, expected(chosen(decision)))
    every = list(combinations(chances, given["pick"]))
    if len(every) <= SMALL:
        assert max(map(expected, every)) <= decision["bound"] + NEAR


def mating(given, decision, answer):
    cross = dict(zip(given["males"], answer["kinship_male_by_female"], strict=True))
    pairs = [name.split(" x ") for name in chosen(decision)]
    assert sorted(female for _, female in pairs) == sorted(given["females"])
    assert all(sum(m == male for m, _ in pairs) <= given["max_females_per_male"] for male in cross)
    whole(decision, sum(cross[male][given["females"].index(female)] for male, female in pairs))
    shares = answer["contributions_decision"]
    for key in ("males", "females"):
        assert sum(shares["primal"].get(name, 0.0) for name in given[key]) == pytest.approx(0.5)
    # c'fc is convex: it lies above its tangent, whose least is at the smallest (fc) of each half
    assert shares["bound"] == pytest.approx(sum(shares["dual"].values()) - shares["objective"], abs=1e-9)


def depots(given, _, answer):
    ways, reach = given["distance_m"], given["reach_m"]
    weight = given.get("weight") or [1.0] * len(ways)

    def covered(sites, times):
        return sum(w for w, row in zip(weight, ways, strict=True) if sum(row[j] <= reach for j in sites) >= times)

    worth = {
        "mclp": lambda s: covered(s, 1), "double_cover": lambda s: covered(s, 2),
        "pmedian": lambda s: sum(w * min(row[j] for j in s) for w, row in zip(weight, ways, strict=True)),
    }  # fmt: skip
    every = list(combinations(range(len(ways[0])), given["p"]))
    for key, value in worth.items():
        decision = answer["decisions"][key]
        whole(decision, value([int(name) for name in chosen(decision)]))
        if len(every) <= SMALL:
            best = (min if decision["sense"] == "least" else max)(map(value, every))
            assert best == pytest.approx(decision["objective"], rel=NEAR)


def allocate(given, decision, _):
    n = range(len(given["down"]))
    rows = {f"balance {i}": ({f"delivery {i}": 1.0, f"outflow {i}": 1.0}, x, x)
            for i, x in enumerate(given["local_inflow"])}  # fmt: skip
    for i, below in enumerate(given["down"]):
        if below is not None:
            rows[f"balance {below}"][0][f"outflow {i}"] = -1.0
    uppers = {f"delivery {i}": given["demand"][i] for i in n} | {f"outflow {i}": inf for i in n}
    lowers = {f"outflow {i}": given["min_outflow"][i] for i in n}
    gain = {f"delivery {i}": float(given["benefit"][i]) for i in n}
    x, prices = decision["primal"], decision["dual"]
    assert sum(gain.get(j, 0.0) * amount for j, amount in x.items()) == pytest.approx(decision["objective"])
    for name, (terms, low, _high) in rows.items():
        assert sum(f * x.get(j, 0.0) for j, f in terms.items()) == pytest.approx(low, abs=NEAR), name
    assert all(lowers.get(j, 0.0) - NEAR <= x.get(j, 0.0) <= high + NEAR for j, high in uppers.items())
    # every litre at its price, every variable at its better end: no division gains more
    left = {j: gain.get(j, 0.0) - sum(prices.get(r, 0.0) * t.get(j, 0.0) for r, (t, _, _) in rows.items())
            for j in uppers}  # fmt: skip
    bound = sum(prices.get(r, 0.0) * low for r, (_, low, _) in rows.items())
    bound += sum(c * (uppers[j] if c > 0 else lowers.get(j, 0.0)) for j, c in left.items() if abs(c) > 1e-9)
    assert bound == pytest.approx(decision["bound"])
    assert bound >= decision["objective"] - NEAR


def power_system(given, decision, _):
    plants, stores = given["plants"], given.get("stores", [])
    ways, hours, line = dict(zip(given["regions"], (-1.0, 1.0), strict=True)), range(given["hours"]), given["line"]
    sized = [*plants, *stores, line | {"name": "line"}]
    costs = {f"build {each['name']}": each.get("capital_yuan_MW", 0.0) for each in sized}
    uppers = {f"build {each['name']}": each.get("MW_max", each["MW"]) - each["MW"] for each in sized}
    rows = {}

    def within(row, variable, name, share, mw):
        rows[row] = ({variable: 1.0, f"build {name}": -share}, -inf, share * mw)

    for t in hours:
        for region, sign in ways.items():
            load = given["load_MW"][region][t]
            costs[f"shed {region} {t}"], uppers[f"shed {region} {t}"] = given["shed_yuan_MWh"], load
            rows[f"balance {region} {t}"] = (
                {f"shed {region} {t}": 1.0, f"on {t}": sign, f"back {t}": -sign},
                load,
                load,
            )
        for way in ("on", "back"):  # two ways of one direction each
            name = "onward" if way == "on" else "back"
            terms = {f"{way} {t}": 1.0, f"{'back' if way == 'on' else 'on'} {t}": -1.0, "build line": -1.0}
            rows[f"{name} line {t}"] = (terms, -inf, line["MW"])
        for p in plants:
            costs[f"run {p['name']} {t}"] = p["cost_yuan_MWh"]
            share = p["available"][t] if "available" in p else 1.0
            within(f"most {p['name']} {t}", f"run {p['name']} {t}", p["name"], share, p["MW"])
            rows[f"balance {p['region']} {t}"][0][f"run {p['name']} {t}"] = 1.0
        for s in stores:
            for part, share, sign in (("charge", 1.0, -1.0), ("discharge", 1.0, 1.0), ("level", s["hours"], 0.0)):
                within(f"most {part} {s['name']} {t}", f"{part} {s['name']} {t}", s["name"], share, s["MW"])
                rows[f"balance {s['region']} {t}"][0][f"{part} {s['name']} {t}"] = sign
            held = {f"level {s['name']} {t}": 1.0, f"charge {s['name']} {t}": -s["eff_charge"],
                    f"discharge {s['name']} {t}": 1 / s["eff_discharge"]}  # fmt: skip
            before = f"level {s['name']} {(t - 1) % len(hours)}"
            held[before] = held.get(before, 0.0) - 1.0
            rows[f"level {s['name']} {t}"] = (held, 0.0, 0.0)
    flows = {t: decision["primal"].get(f"flow line {t}", 0.0) for t in hours}
    x = {k: v for k, v in decision["primal"].items() if not k.startswith("flow")}
    x |= {f"on {t}": max(flow, 0.0) for t, flow in flows.items()}
    x |= {f"back {t}": max(-flow, 0.0) for t, flow in flows.items()}
    linear(costs, uppers, rows, decision | {"primal": x})


CHECKS = {
    "energy.power_system": power_system,
    "water.allocate": allocate,
    "joint.least_cost": least_cost, "energy.two_node": two_node, "energy.storage": storage,
    "energy.retirement": retirement, "waste.flow": flow, "waste.p_median": p_median, "waste.warehouse": warehouse,
    "waste.sewage": sewage, "industry.cost_curve": curve, "industry.technologies_whole": technologies,
    "industry.technologies_exclusive": technologies, "land.parcels_for_targets": parcels_for_targets,
    "land.parcels_for_budget": parcels_for_budget, "land.survey_next": survey_next, "land.mating": mating,
    "risk.depots": depots,
}  # fmt: skip


def questions():
    for source in cases.shipped():
        method = source.name.removesuffix(".json")
        if method in CHECKS:
            for case in parse(source.read_bytes())["cases"]:
                yield pytest.param(method, case["given"], id=case["id"])


@pytest.mark.parametrize(("method", "given"), tuple(questions()))
def test_a_decision_is_checked_from_its_question(method, given):
    answer = adjoin.compute(method, given)
    if answer.get("infeasible") or answer.get("status") == "infeasible":
        return
    decision = answer.get("decision")
    if decision is None and method == "industry.cost_curve":
        assert answer["shortfall_t"] > 0
        return
    if decision:
        assert set(decision) - {"dual"} == {"sense", "primal", "objective", "bound", "gap", "violation", "proof"}
        assert decision["violation"] <= NEAR
        if decision["proof"] != "gains":
            assert decision["gap"] <= NEAR or method == "land.survey_next"
    CHECKS[method](given, decision, answer)


def test_a_decision_says_its_gap_from_either_side():
    cost = Decision("least", (Measure("a", 2.0),), 10.0, 9.0, "search")
    gain = Decision("most", (Measure("a", 2.0),), 10.0, 11.0, "search")
    assert cost.gap == gain.gap == pytest.approx(0.1)
    assert not cost.holds()
    assert Decision("least", (), 0.0, 0.0, "prices").holds()
    assert not Decision("least", (), 0.0, 0.0, "prices", violation=1.0).holds()
    assert "dual" not in cost.as_json()


@pytest.mark.parametrize("kind", ["cost", "value"])
def test_a_nucleolus_is_proved_and_no_other_division_is(kind):
    game = {"100": 6, "010": 5, "001": 7, "110": 9, "101": 11, "011": 8, "111": 13}
    answer = adjoin.compute("waste.cost_sharing", {"kind": kind, "n": 3, "game": game})
    assert answer["nucleolus_proved"]
    costs = {int(key[::-1], 2): value if kind == "cost" else -value for key, value in game.items()}
    sign = 1 if kind == "cost" else -1
    division = [sign * x for x in answer["nucleolus"]]
    levels = [balanced.Level(each["advantage"], {int(k[::-1], 2): w for k, w in each["weights"].items()})
              for each in answer["nucleolus_proof"]]  # fmt: skip
    assert balanced.proves(costs, division, levels)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        other = list(division)
        other[i], other[j] = other[i] + 0.1, other[j] - 0.1
        assert not balanced.proves(costs, other, balanced.proof(costs, other))
    assert not balanced.proves(costs, division, [])
