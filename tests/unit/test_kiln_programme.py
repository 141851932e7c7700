"""The kiln timetable against the same question written as one mixed-integer programme and given to HiGHS."""

import random

import pytest

import adjoin
from adjoin.methods.optimise import Program, Row, solve

METHOD = "air.kiln_timetable"


def season(rng, kilns, periods):
    bad = [rng.randint(20, 99) for _ in range(periods)]
    rows = [
        {
            "name": f"kiln {i}",
            "side": rng.choice(["west", "east"]),
            "clinker_t_d": rng.choice([2500, 3200, 4500, 5000]),
            "stop_days": rng.randint(0, periods // 4),
            "plain_days": periods // 3,
            "min_stop_days": rng.randint(1, 4),
            "min_run_days": rng.randint(1, 5),
            "most_stops": rng.randint(1, 4),
        }
        for i in range(kilns)
    ]
    return {
        "period_days": 1,
        "together": rng.random() < 0.5,
        "kilns": rows,
        "emissions": [{"kiln": each["name"], "pollutant": "all", "t_d": 1} for each in rows],
        "exposure_per_t": [[one + rng.randint(-15, 15) for one in bad] for _ in rows],
    }


def programme(asked, needed):
    """Three variables a kiln and day: it runs, a stop begins, a stop has ended."""
    kilns, days = asked["kilns"], len(asked["exposure_per_t"][0])
    runs, begins, ended = (
        [[(3 * k + what) * days + t for t in range(days)] for k in range(len(kilns))] for what in range(3)
    )
    size, rows = 3 * days * len(kilns), []
    high = [1.0] * size
    for k, kiln in enumerate(kilns):
        shortest, between = kiln["min_stop_days"], kiln["min_run_days"]
        rows.append(Row(dict.fromkeys(begins[k], 1.0), high=kiln["most_stops"]))
        rows.append(Row(dict.fromkeys(runs[k], 1.0), high=days - kiln["stop_days"]))
        high[ended[k][0]] = 0.0
        for t in range(days):
            before = {runs[k][t - 1]: -1.0} if t else {}
            change = 0.0 if t else 1.0  # it ran before the season
            rows.append(Row({runs[k][t]: 1.0, **before, begins[k][t]: 1.0, ended[k][t]: -1.0}, change, change))
            rows.append(
                Row({runs[k][t]: 1.0} | dict.fromkeys(begins[k][max(0, t - shortest + 1) : t + 1], 1.0), high=1.0)
            )
            rows.append(
                Row({runs[k][t]: -1.0} | dict.fromkeys(ended[k][max(0, t - between + 1) : t + 1], 1.0), high=0.0)
            )
            high[begins[k][t]] = 1.0 if t + shortest <= days else 0.0
    for group, need in needed.items():
        made = {
            at: float(kiln["clinker_t_d"])
            for k, kiln in enumerate(kilns)
            if group in {"all", kiln["side"]}
            for at in runs[k]
        }
        rows.append(Row(made, low=need - 1e-6))
    cost = [0.0] * size
    for k, row in enumerate(asked["exposure_per_t"]):
        for t, value in enumerate(row):
            cost[runs[k][t]] = float(value)
    whole = frozenset(at for each in runs for at in each)
    return Program(tuple(cost), (0.0,) * size, tuple(high), tuple(rows), whole)


@pytest.mark.parametrize(("seed", "kilns", "days"), [*((seed, 3, 12) for seed in range(12)), (20, 5, 30), (21, 6, 40)])
def test_the_solver_finds_nothing_better_and_nothing_worse(seed, kilns, days):
    asked = season(random.Random(seed), kilns, days)
    found = adjoin.compute(METHOD, asked)
    solved = solve(programme(asked, found["needed_t"]))
    assert solved.status == "optimal"
    assert found["exposure"] == pytest.approx(solved.objective, rel=1e-9)
    assert found["price_bound"] <= solved.objective * (1 + 1e-9)
