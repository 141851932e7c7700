"""Laws that the methods of land keep, whatever the numbers."""

from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adjoin.doors.land_tables import farm_limits, site_limits
from adjoin.land import (
    change,
    corridor,
    founders,
    inbreeding,
    mating,
    parcels,
    patches,
    richness,
    rivers,
    sampling,
    soil,
    survey,
    zoning,
)
from adjoin.land.pedigree import Animal, Pedigree

COUNTS = st.lists(st.integers(1, 30), min_size=2, max_size=25).filter(lambda counts: sum(counts) > 3)
SEED = st.integers(0, 10_000)


@settings(deadline=None)
@given(ph=st.floats(0, 14), use=st.sampled_from(soil.LAND_USES), content=st.floats(0, 2000), more=st.floats(1, 3))
def test_more_of_a_metal_never_makes_farmland_better(ph, use, content, more):
    for item in ("Cd", "Hg", "As", "Pb", "Cr", "Cu", "Ni", "Zn"):
        less, much = (soil.farm({item: c}, ph, use, farm_limits())[0] for c in (content, content * more))
        assert soil.FARM_CLASSES.index(less.farm_class) <= soil.FARM_CLASSES.index(much.farm_class)
        assert less.intervention is None or less.screening.value < less.intervention.value


@settings(deadline=None)
@given(content=st.floats(0, 50_000), item=st.sampled_from(sorted(site_limits())))
def test_homes_ask_for_no_less_than_industry(content, item):
    homes, industry = (soil.site({item: content}, {}, use, site_limits())[0] for use in ("class1", "class2"))
    assert soil.STEPS.index(homes.step) >= soil.STEPS.index(industry.step)


@settings(deadline=None)
@given(seed=SEED, length=st.floats(0.5, 12), needed=st.floats(0, 50))
def test_a_bank_is_covered_or_broken_and_kilometres_add_up(seed, length, needed):
    rng = np.random.default_rng(seed)
    strips = [corridor.Strip(a, a + b, w) for a, b, w in rng.uniform((-1, 0, 0), (12, 4, 60), (6, 3)).tolist()]
    bank = corridor.bank(strips, length, needed, 0.0)
    assert sum(bank.covered_km) == pytest.approx(bank.continuity * length, abs=1e-9)
    assert sum(b - a for a, b in bank.breaks) == pytest.approx((1 - bank.continuity) * length, abs=1e-9)
    assert corridor.bank(strips[::-1], length, needed, 0.0) == bank


@settings(deadline=None)
@given(seed=SEED, size=st.integers(2, 5))
def test_adjusted_areas_add_up(seed, size):
    rng = np.random.default_rng(seed)
    counts, areas = rng.integers(1, 50, (size, size)).tolist(), rng.uniform(1, 1e5, size).tolist()
    assert sum(each.area_ha.value for each in sampling.by_class(counts, areas)) == pytest.approx(sum(areas))


@settings(deadline=None)
@given(seed=SEED, neighbours=st.sampled_from([4, 8]))
def test_patches_hold_every_changed_cell_once_and_turn_with_the_map(seed, neighbours):
    before, after, zones = np.random.default_rng(seed).integers(1, 4, (3, 9, 7))
    how = {"pixel_m": 10, "lost": 1, "neighbours": neighbours, "minimum_ha": 0.0, "nodata": None}
    found = change.patches(before, after, zones, **how)
    assert sum(each.cells for each in found.patches) == found.changed_cells
    assert sum(found.lost_ha_in_zone.values()) == pytest.approx(found.lost_ha)
    turned = change.patches(before.T, after.T, zones.T, **how)
    assert sorted((p.cells, p.perimeter_m) for p in turned.patches) == sorted(
        (p.cells, p.perimeter_m) for p in found.patches
    )


@settings(deadline=None)
@given(seed=SEED, size=st.integers(1, 8))
def test_river_connectivity_is_the_double_sum(seed, size):
    rng = np.random.default_rng(seed)
    lengths = {f"s{i}": float(length) for i, length in enumerate(rng.uniform(1, 9, size))}
    weirs = [rivers.Barrier(f"s{i}", f"s{rng.integers(i)}", *rng.uniform(0, 1, 2)) for i in range(1, size)]
    found = rivers.connectivity(lengths, weirs, "s0")
    c = {(a, a): 1.0 for a in lengths}
    for weir in weirs:  # each segment joins those above it in the list
        for name in [b for a, b in c if a == weir.downstream]:
            c[weir.upstream, name] = c[name, weir.upstream] = weir.both * c[weir.downstream, name]
    whole = sum(lengths.values()) ** 2
    assert found.potamodromous == pytest.approx(
        100 * sum(v * lengths[a] * lengths[b] for (a, b), v in c.items()) / whole
    )
    for i, weir in enumerate(weirs):
        free = rivers.connectivity(
            lengths, [*weirs[:i], rivers.Barrier(weir.upstream, weir.downstream, 1, 1), *weirs[i + 1 :]], "s0"
        )
        assert found.gains[i] == pytest.approx(free.potamodromous - found.potamodromous, abs=1e-9)


@settings(deadline=None)
@given(seed=SEED, size=st.integers(1, 6))
def test_patches_in_another_order_give_the_same(seed, size):
    rng = np.random.default_rng(seed)
    where, areas = rng.uniform(0, 5, (size, 2)), rng.uniform(1, 9, size)
    apart = np.linalg.norm(where[:, None] - where[None], axis=2)
    order = rng.permutation(size)
    one = patches.connectivity(areas, apart, 1.5, 2.0, 100)
    other = patches.connectivity(areas[order], apart[np.ix_(order, order)], 1.5, 2.0, 100)
    assert (other.pc, other.iic) == pytest.approx((one.pc, one.iic))
    assert [p.pc for p in other.patches] == pytest.approx([one.patches[i].pc for i in order])
    assert all(p.connector > -1e-9 for p in one.patches)


def subsets(size):
    return (tuple(i for i, taken in enumerate(each) if taken) for each in product((0, 1), repeat=size))


@settings(deadline=None, max_examples=25)
@given(seed=SEED)
def test_no_set_of_parcels_is_better(seed):
    rng = np.random.default_rng(seed)
    costs, covers = rng.integers(1, 9, 6).tolist(), rng.integers(-2, 9, 6).tolist()
    amounts, grid = rng.integers(0, 9, (2, 6)), parcels.Grid(2, 3, float(rng.uniform(0, 3)), 0.5)
    joins = {pair: float(rng.integers(0, 5)) for pair in combinations(range(6), 2)}
    found = parcels.for_budget(costs, covers, joins, 15)
    fits = [s for s in subsets(6) if sum(costs[i] for i in s) <= 15]
    assert found.objective == pytest.approx(max(parcels.worth(s, covers, joins) for s in fits))
    by_hand = parcels.greedy(costs, covers, joins, 15)
    assert parcels.worth(by_hand, covers, joins) <= found.objective
    assert found.proven
    targets = (amounts.sum(axis=1) / 2).tolist()
    wanted = parcels.Wanted(amounts.tolist(), targets)
    reach = [s for s in subsets(6) if all(amounts[f, list(s)].sum() >= targets[f] for f in (0, 1))]
    least = min(sum(costs[i] for i in s) + grid.penalty * parcels.boundary(s, grid) for s in reach)
    assert parcels.for_targets(costs, wanted, grid).objective == pytest.approx(least)


def test_a_set_that_only_the_tolerance_of_a_solver_lets_through_is_not_chosen():
    wanted = parcels.Wanted([[1 - 1e-7, 1.0]], [1.0])
    assert parcels.for_targets([1, 5], wanted, None).selected == (1,)
    assert parcels.for_budget([1 + 1e-7, 1.0], [9, 1], {}, 1.0).selected == (1,)


@settings(deadline=None)
@given(seed=SEED)
def test_the_greedy_survey_finds_no_more_than_the_best(seed):
    q = np.random.default_rng(seed).uniform(0, 1, (6, 4)).tolist()
    visits = survey.greedy(q, [1.0] * 6, 3)
    total, cells = survey.best(q, 3)
    assert sum(each.expected for each in visits) == pytest.approx(survey.expected([q[v.cell] for v in visits]))
    assert sum(each.expected for each in visits) <= total + 1e-12
    assert survey.expected([q[i] for i in cells]) == pytest.approx(total)


@settings(deadline=None)
@given(counts=COUNTS, seed=SEED)
def test_diversity_falls_with_order_and_rises_with_size(counts, seed):
    sample = richness.Sample.of(np.random.default_rng(seed).permutation(counts).tolist())
    seen = richness.observed(sample)
    assert seen[0] >= seen[1] - 1e-9 >= seen[2] - 2e-9
    assert richness.chao(sample).value >= seen[0]
    sizes = [1, sample.n // 2, sample.n - 1, sample.n, sample.n + 1, 2 * sample.n]
    for order in richness.ORDERS:
        curve = [richness.diversity(sample, order, m) for m in sizes]
        assert all(a <= b + 1e-9 for a, b in pairwise(curve)), curve
    cover = [richness.coverage(sample, m) for m in sizes]
    assert all(a <= b + 1e-12 for a, b in pairwise(cover))


def herd(rng, size):
    """Animals whose parents are any of those before, or unknown; in any order."""
    parent = [lambda i: None if i == 0 or rng.random() < 0.3 else str(rng.integers(i))][0]
    animals = [Animal(str(i), parent(i), parent(i)) for i in range(size)]
    return [animals[i] for i in rng.permutation(size)]


def tabular(animals):
    """Kinship by its definition, animal after animal."""
    by_id = {a.id: a for a in animals}
    f = np.zeros((len(animals), len(animals)))
    for i in range(len(animals)):
        parents = [int(p) for p in (by_id[str(i)].sire, by_id[str(i)].dam) if p is not None]
        for j in range(i):
            f[i, j] = f[j, i] = sum(f[p, j] for p in parents) / 2
        f[i, i] = (1 + (f[parents[0], parents[1]] if len(parents) == 2 else 0)) / 2
    return f


@settings(deadline=None)
@given(seed=SEED, size=st.integers(1, 14))
def test_kinship_is_that_of_the_tabular_method(seed, size):
    animals = herd(np.random.default_rng(seed), size)
    pedigree, f = Pedigree.of(animals), tabular(animals)
    order = [int(name) for name in pedigree.ids]
    assert pedigree.among(range(size)) == pytest.approx(f[np.ix_(order, order)], abs=1e-12)
    assert pedigree.inbreeding == pytest.approx(2 * np.diag(f)[order] - 1, abs=1e-12)


@settings(deadline=None, max_examples=30)
@given(seed=SEED, size=st.integers(2, 10))
def test_founders_share_the_living_and_a_gene_drop_meets_the_exact_retention(seed, size):
    rng = np.random.default_rng(seed)
    pedigree = Pedigree.of(herd(rng, size))
    living = sorted(rng.choice(size, size=max(1, size // 2), replace=False).tolist())
    weights = np.zeros(size)
    weights[living] = 1 / len(living)
    assert sum(founders.contributions(pedigree, weights).values()) == pytest.approx(1)
    exact = founders.retention(pedigree, living)
    names = {(each.at, each.own): k for k, each in enumerate(founders.founders(pedigree))}
    drop = founders._drop(pedigree, living, names, rng).reshape(-1, 2).mean(axis=1) / founders._BATCH
    assert exact.drops == 0
    assert drop == pytest.approx(list(exact.by_founder.values()), abs=0.06)


@settings(deadline=None, max_examples=40)
@example(seed=4, males=3, females=4, most=2)  # somebody moves into the place that was left, from elsewhere
@given(seed=SEED, males=st.integers(1, 4), females=st.integers(1, 5), most=st.integers(1, 3))
def test_no_mating_is_less_inbred_and_the_first_of_equals_is_given(seed, males, females, most):
    kinship = np.random.default_rng(seed).integers(0, 4, (males, females)) / 16
    plans = [p for p in product(range(males), repeat=females) if max(p.count(m) for m in p) <= most]
    found = mating.assignment(kinship, most)
    if not plans:
        assert found is None
        return
    cost = {p: sum(kinship[m, i] for i, m in enumerate(p)) for p in plans}
    assert found == min(p for p in plans if cost[p] == min(cost.values()))


@settings(deadline=None)
@given(seed=SEED, size=st.integers(2, 12))
def test_contributions_leave_no_gap(seed, size):
    f = Pedigree.of(herd(np.random.default_rng(seed), size)).among(range(size))
    found = mating.contributions(f, size // 2)
    assert found.shares.min() >= 0
    assert (found.shares[: size // 2].sum(), found.shares[size // 2 :].sum()) == pytest.approx((0.5, 0.5))
    assert -1e-12 <= found.gap <= 1e-9


@settings(deadline=None)
@given(males=st.integers(1, 500), females=st.integers(1, 500))
def test_effective_size_knows_no_sex_and_never_exceeds_the_animals(males, females):
    size = inbreeding.of_sexes(males, females)
    assert size == inbreeding.of_sexes(females, males)
    assert size.animals <= males + females
    assert size.within == (size.animals >= 50 * (1 - 2e-7))


def test_either_side_of_a_border_gets_the_same_verdict_with_the_names_turned():
    units = [zoning.Unit("u1", "left", "key"), zoning.Unit("u2", "right", "general")]
    rule = zoning.Rule("left", "key", "risk", ("*",), "prohibit", "1", zoning.Requirement("km", ">=", 1))
    turned = {"left": "right", "right": "left"}
    swapped = [zoning.Unit(u.id, turned[u.side], u.unit_class) for u in units]
    mirrored = zoning.Rule("right", *[getattr(rule, name) for name in rule.__slots__[1:]])
    for attributes in ({}, {"km": 0.5}, {"km": 1}):
        one = zoning.verdicts(units, zoning.effects(units, [rule], "x", attributes))
        other = zoning.verdicts(swapped, zoning.effects(swapped, [mirrored], "x", attributes))
        assert {turned[side]: verdict for side, verdict in other.items()} == one
