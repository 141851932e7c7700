"""The kiln timetable: nothing lawful does less harm, the clinker is kept, and both sides find the same table."""

import itertools
import math
import random
import time

import pytest

import adjoin
from adjoin.doors import cases
from adjoin.doors.registry import door
from adjoin.web.pictured import Matrix, pictures

METHOD = "air.kiln_timetable"
EXAMPLE = cases.given(METHOD)[0]


def season(rng, kilns, periods, days=1, *, flat=False, stop=0.25):
    """A question of so many kilns, made up."""
    bad = [1.0 if flat else 6 + 4 * math.sin(t / 5) + 3 * rng.random() for t in range(periods)]
    rows = [
        {
            "name": f"kiln {i}",
            "side": rng.choice(["west", "east"]),
            "clinker_t_d": rng.choice([2500, 3200, 4500, 5000]),
            "stop_days": int(stop * periods * days * rng.random()),
            "plain_days": int(stop * periods * days),
            "min_stop_days": rng.randint(1, 3) * days,
            "min_run_days": rng.randint(1, 4) * days,
            "most_stops": rng.randint(1, 3),
        }
        for i in range(kilns)
    ]
    return {
        "period_days": days,
        "kilns": rows,
        "emissions": [{"kiln": each["name"], "pollutant": "all", "t_d": rng.randint(1, 9)} for each in rows],
        "exposure_per_t": [[round(one * rng.uniform(0.7, 1.3), 3 * (not flat)) for one in bad] for _ in rows],
    }


def lawful(kiln, days, table):
    """Whether a row of 1 and 0 keeps what is asked of a kiln: read off the letters, not the method."""
    lengths = [(sign, len(list(run)) * days) for sign, run in itertools.groupby(table)]
    stops = [length for sign, length in lengths if sign == "0"]
    inner = [length for sign, length in lengths[1:-1] if sign == "1"]
    return (
        sum(stops) >= kiln["stop_days"]
        and len(stops) <= kiln["most_stops"]
        and all(length >= kiln["min_stop_days"] for length in stops)
        and all(length >= kiln["min_run_days"] for length in inner)
    )


def exposure(asked, tables):
    return math.fsum(
        line["t_d"] * asked["period_days"] * value
        for line, row in zip(asked["emissions"], asked["exposure_per_t"], strict=True)
        for value, sign in zip(row, tables[line["kiln"]], strict=True)
        if sign == "1"
    )


def clinker(asked, tables, side):
    return sum(
        each["clinker_t_d"] * asked["period_days"] * tables[each["name"]].count("1")
        for each in asked["kilns"]
        if each["side"] == side
    )


def looked_at(asked, need):
    """The least exposure of all timetables of a small question, one by one."""
    periods, days = len(asked["exposure_per_t"][0]), asked["period_days"]
    rows = ["".join(signs) for signs in itertools.product("01", repeat=periods)]
    own = [[row for row in rows if lawful(kiln, days, row)] for kiln in asked["kilns"]]
    names = [kiln["name"] for kiln in asked["kilns"]]
    found = (dict(zip(names, tables, strict=True)) for tables in itertools.product(*own))
    kept = (each for each in found if all(clinker(asked, each, side) >= least - 1e-6 for side, least in need.items()))
    return min(exposure(asked, each) for each in kept)


@pytest.mark.parametrize("seed", range(24))
def test_no_timetable_that_keeps_order_and_clinker_does_less_harm(seed):
    rng = random.Random(seed)
    asked = season(rng, 2, rng.randint(4, 8), rng.choice([1, 7]), flat=seed % 3 == 0)
    found = adjoin.compute(METHOD, asked)
    assert found["exposure"] == pytest.approx(looked_at(asked, found["needed_t"]), rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_the_clinker_is_kept_the_stops_are_lawful_and_the_decision_holds(seed):
    asked = season(random.Random(seed), 7, 40)
    found = adjoin.compute(METHOD, asked)
    for kiln in asked["kilns"]:
        assert lawful(kiln, 1, found["timetable"][kiln["name"]])
    for side, need in found["needed_t"].items():
        assert found["clinker_t"][side] == clinker(asked, found["timetable"], side) >= need
    assert found["plain_clinker_t"] == found["needed_t"]
    assert found["exposure"] == pytest.approx(exposure(asked, found["timetable"]), rel=1e-12)
    assert found["exposure"] <= found["plain_exposure"]
    decision = found["decision"]
    assert decision["violation"] == 0
    assert decision["gap"] <= 1e-12
    stopped = {
        f"{name} {t}" for name, row in found["timetable"].items() for t, sign in enumerate(row, 1) if sign == "0"
    }
    assert set(decision["primal"]) == stopped


def test_the_prices_prove_their_bound_to_whoever_adds_it_up():
    """At its price of clinker no kiln has a better timetable than the bound allows: looked at one by one."""
    asked = season(random.Random(5), 3, 8)
    found = adjoin.compute(METHOD, asked)
    rows = ["".join(signs) for signs in itertools.product("01", repeat=8)]
    bound = 0.0
    for kiln in asked["kilns"]:
        price = found["exposure_per_t_clinker"][kiln["side"]]
        alone = asked | {"kilns": [kiln]}
        alone["emissions"], alone["exposure_per_t"] = zip(
            *[
                pair
                for pair in zip(asked["emissions"], asked["exposure_per_t"], strict=True)
                if pair[0]["kiln"] == kiln["name"]
            ],
            strict=True,
        )
        bound += min(
            exposure(alone, {kiln["name"]: row}) - price * kiln["clinker_t_d"] * row.count("1")
            for row in rows
            if lawful(kiln, 1, row)
        )
    bound += sum(found["exposure_per_t_clinker"][side] * need for side, need in found["needed_t"].items())
    assert found["price_bound"] == pytest.approx(bound, rel=1e-9)
    assert bound <= found["exposure"] * (1 + 1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_both_sides_find_the_same_table_whatever_the_order_and_the_names_of_the_sides(seed):
    rng = random.Random(seed)
    asked = season(rng, 5, 24, flat=seed % 2 == 0)
    found = adjoin.compute(METHOD, asked)
    lines = list(zip(asked["emissions"], asked["exposure_per_t"], strict=True))
    rng.shuffle(lines)
    other = {"west": "east", "east": "west"}
    swapped = {
        "period_days": 1,
        "kilns": [each | {"side": other[each["side"]]} for each in reversed(asked["kilns"])],
        "emissions": [line for line, _ in lines],
        "exposure_per_t": [row for _, row in lines],
    }
    again = adjoin.compute(METHOD, swapped)
    assert again["timetable"] == found["timetable"]
    assert again["exposure"] == found["exposure"]
    assert again["clinker_t"] == {other[side]: tonnes for side, tonnes in found["clinker_t"].items()}


@pytest.mark.parametrize("factor", [0.001, 3, 1e6])
def test_exposure_in_another_measure_gives_the_same_table(factor):
    asked = season(random.Random(11), 6, 30)
    found = adjoin.compute(METHOD, asked)
    scaled = asked | {"exposure_per_t": [[one * factor for one in row] for row in asked["exposure_per_t"]]}
    again = adjoin.compute(METHOD, scaled)
    assert again["timetable"] == found["timetable"]
    assert again["exposure"] == pytest.approx(factor * found["exposure"], rel=1e-9)


def test_less_clinker_never_costs_exposure_and_two_sides_together_do_no_worse():
    asked = season(random.Random(3), 6, 30)
    found = adjoin.compute(METHOD, asked)
    less = {side: 0.98 * need for side, need in found["needed_t"].items()}
    assert adjoin.compute(METHOD, asked | {"demand_t": less})["exposure"] <= found["exposure"]
    assert adjoin.compute(METHOD, asked | {"together": True})["exposure"] <= found["exposure"]


def test_twenty_kilns_and_a_hundred_and_eighty_days_within_ten_seconds():
    asked = season(random.Random(1), 20, 180)
    start = time.perf_counter()
    found = adjoin.compute(METHOD, asked)
    assert time.perf_counter() - start < 10
    assert found["gap"] <= 1e-12


def test_it_is_drawn_as_kilns_by_weeks():
    (picture,) = pictures(EXAMPLE, adjoin.compute(METHOD, EXAMPLE), door(METHOD).picture)
    assert isinstance(picture, Matrix)
    assert set(picture.rows) == {each["name"] for each in EXAMPLE["kilns"]}
    assert picture.columns[0] == EXAMPLE["since"]
    assert not picture.by_column  # days everywhere: one scale


def kiln(**change):
    first, *others = EXAMPLE["kilns"]
    return EXAMPLE | {"kilns": [first | change, *others]}


def rows(key, change):
    first, *others = EXAMPLE[key]
    return EXAMPLE | {key: [change(first), *others]}


BAD = [
    ("demand above what can be made", EXAMPLE | {"demand_t": {"west": 1e8, "east": 0}}, "clinker_short", "west"),
    ("demand of a side without kilns", EXAMPLE | {"demand_t": {"west": 0, "east": 0, "north": 1}}, "not_a_choice",
     "demand_t.north"),
    ("exposure below nothing", rows("exposure_per_t", lambda row: [-1, *row[1:]]), "out_of_bounds",
     "exposure_per_t[0][0]"),
    ("a row that is too short", rows("exposure_per_t", lambda row: row[1:]), "uneven_lists", "exposure_per_t[1]"),
    ("a stop longer than the season", kiln(stop_days=57), "stop_beyond_season", "kilns[0].stop_days"),
    ("a plain stop that ends after it", kiln(plain_from=7), "stop_beyond_season", "kilns[0].plain_from"),
    ("days without a stop to hold them", kiln(most_stops=0), "stops_do_not_fit", "hill-1"),
    ("a kiln that stands twice", kiln(name="hill-2"), "named_twice", "kilns[1]"),
    ("a kiln without any emission", EXAMPLE | {"emissions": EXAMPLE["emissions"][:3],
                                               "exposure_per_t": EXAMPLE["exposure_per_t"][:3]},
     "kiln_without_emission", "emissions"),
    ("emission of a kiln that is not there", rows("emissions", lambda row: row | {"kiln": "x"}), "not_a_choice",
     "emissions[0].kiln"),
    ("a pollutant twice", rows("emissions", lambda row: row | {"pollutant": "dust"}), "named_twice", "emissions[1]"),
    ("a day that is none", EXAMPLE | {"since": "2026-02-30"}, "not_a_time", None),
    ("no clinker", kiln(clinker_t_d=0), "out_of_bounds", "kilns[0].clinker_t_d"),
    ("half a day", kiln(min_stop_days=1.5), "not_an_integer", "kilns[0].min_stop_days"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "kind", "key"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
def test_what_cannot_be_is_named_in_both_languages(asked, kind, key):
    for lang in ("zh", "en"):
        error = adjoin.compute(METHOD, asked, lang=lang)["error"]
        assert error["kind"] == kind
        assert error["do"]
        assert key is None or key in error["met"]
