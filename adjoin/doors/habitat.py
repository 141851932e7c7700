"""Doors to habitat: how it is joined, which parcels to plant, how many species there are, where to look next."""

from typing import TYPE_CHECKING

from adjoin.core.measure import Decision, Measure
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.habitat_explained import EXPLAINED
from adjoin.doors.land_given import rows, some, table, wholes
from adjoin.doors.tables_given import row

if TYPE_CHECKING:
    from adjoin.land.parcels import Choice, Grid
    from adjoin.land.patches import Floats
    from adjoin.land.richness import Estimate, Sample

_AMOUNT, _KM, _AREA, _SHARE = (-1e9, 1e9), (1e-9, 1e6), (1e-9, 1e9), (0.0, 1.0)
_PARCELS, _PATCHES, _SPECIES, _INDIVIDUALS = 2_000, 2_000, 20_000, 10_000_000
_LINKS, _BOOTSTRAPS, _DRAWN = 200_000, 1_000, 10_000_000
_WORK = 30_000_000


def river_connectivity(asked: Asked) -> Answer:
    """The connectivity of a river network, and what the removal of each barrier would add."""
    from adjoin.land import rivers

    given = Given.of(asked)
    inside = given.inner("segments_km")
    lengths = {str(name): inside.number(name, *_KM) for name in inside.values}
    barriers = [
        rivers.Barrier(
            each.text("upstream_segment"),
            each.text("downstream_segment"),
            each.number("pass_up", *_SHARE),
            each.number("pass_down", *_SHARE),
        )
        for each in rows(given, "barriers")
    ]
    found = rivers.connectivity(lengths, barriers, given.text("outlet_segment"))
    return {
        "DCI_potamodromous": found.potamodromous,
        "DCI_diadromous": found.diadromous,
        "per_segment_p": dict(found.by_segment),
        "barrier_removal": [{"barrier": i, "DCI_p_gain_if_removed": gain} for i, gain in enumerate(found.gains)],
    }


def patch_connectivity(asked: Asked) -> Answer:
    """The connectivity of habitat patches, and what each gives to it."""
    from adjoin.land import patches

    given = Given.of(asked)
    areas = given.numbers("patch_area_ha", *_AREA)
    if len(areas) > _PATCHES:
        refuse("too_long", "patch_area_ha", len(areas), expected=_PATCHES)
    distances = _links(given, len(areas)) if "links_km" in given.values else _distances(given, len(areas))
    landscape = given.number("landscape_area_ha", *_AREA)
    found = patches.connectivity(
        areas,
        distances,
        given.number("median_dispersal_distance_km", *_KM),
        given.number("link_threshold_distance_km", 0, 1e6),
        landscape,
    )
    return {
        "PC": found.pc,
        "EC_PC_ha": found.pc**0.5 * landscape,
        "IIC": found.iic,
        "EC_IIC_ha": found.iic**0.5 * landscape,
        "links": found.links,
        "components": found.components,
        "per_patch": [
            {
                "patch": i,
                "dPC": each.pc,
                "dPCintra": each.intra,
                "dPCflux": each.flux,
                "dPCconnector": each.connector,
                "dIIC": each.iic,
            }
            for i, each in enumerate(found.patches)
        ],
    }


def parcels_for_targets(asked: Asked) -> Answer:
    """The cheapest parcels that reach all targets."""
    from adjoin.land import parcels

    given = Given.of(asked)
    costs, amounts = given.numbers("cost", *_AMOUNT), table(given, "features", *_AMOUNT)
    targets, last = given.numbers("targets", *_AMOUNT), len(costs) - 1
    _fits(given, "features", len(amounts[0]), len(costs))
    _fits(given, "targets", len(targets), len(amounts))
    locked = {key: frozenset(wholes(given, key, 0, last)) if key in given.values else frozenset[int]()
              for key in ("locked_in", "locked_out")}  # fmt: skip
    if both := locked["locked_in"] & locked["locked_out"]:
        refuse("listed_twice", "locked_out", min(both))
    wanted = parcels.Wanted(amounts, targets, **locked)
    if missed := parcels.out_of_reach(wanted):
        return {"infeasible": list(missed)}
    grid = _grid(given, len(costs))
    found = parcels.for_targets(costs, wanted, grid)
    answer = _chosen(found, costs, "least")
    return answer | ({"boundary": parcels.boundary(found.selected, grid)} if grid else {})


def parcels_for_budget(asked: Asked) -> Answer:
    """The best parcels for a budget, and the greedy choice beside them."""
    from adjoin.land import parcels

    given = Given.of(asked)
    costs, covers = given.numbers("cost", 1e-9, 1e9), given.numbers("cover_gain", *_AMOUNT)
    _fits(given, "cover_gain", len(covers), len(costs))
    joins: dict[tuple[int, int], float] = {}
    for each in rows(given, "connection_gain", 20_000):
        ends = each.integer("a", 0, len(costs) - 1), each.integer("b", 0, len(costs) - 1)
        if ends[0] == ends[1]:
            refuse("listed_twice", each.at, ends[0])
        pair = (min(ends), max(ends))
        joins[pair] = joins.get(pair, 0.0) + each.number("gain", 0, 1e9)
    budget = given.number("budget", 0, 1e12)
    taken = parcels.greedy(costs, covers, joins, budget)
    answer = _chosen(parcels.for_budget(costs, covers, joins, budget), costs, "most")
    return answer | {"greedy_objective": parcels.worth(taken, covers, joins), "greedy_selected": list(taken)}


def survey_next(asked: Asked) -> Answer:
    """Which cells to survey next."""
    from adjoin.land import survey

    given = Given.of(asked)
    cells, finds = rows(given, "cells", 2_000), given.numbers("detection", *_SHARE)
    listed = set(wholes(given, "species_already_listed", 0, len(finds) - 1))
    costs = given.numbers("cost", *_AREA)
    _fits(given, "cost", len(costs), len(cells))
    names, chances = [each.text("id") for each in cells], []
    for each in cells:
        psi = each.numbers("psi", *_SHARE)
        _fits(each, "psi", len(psi), len(finds))
        chances.append([there * p for k, (there, p) in enumerate(zip(psi, finds, strict=True)) if k not in listed])
    pick = given.integer("pick", 1, len(cells))
    if pick * len(cells) * len(finds) > _WORK:
        refuse("too_long", "pick", pick, expected=_WORK // (len(cells) * len(finds)))
    visits, best = survey.greedy(chances, costs, pick), survey.best(chances, pick)
    return {
        "greedy_order": [
            {"cell": names[each.cell], "expected_new_species": each.expected, "per_cost": each.per_cost}
            for each in visits
        ],
        "greedy_total": sum(each.expected for each in visits),
        "best_total": best[0] if best else None,
        "best_set": [names[i] for i in best[1]] if best else None,
        "decision": Decision(
            sense="most",
            measures=tuple(Measure(names[each.cell], 1.0) for each in visits),
            objective=sum(each.expected for each in visits),
            bound=best[0] if best else survey.at_most(chances, [each.cell for each in visits]),
            proof="all looked at" if best else "gains",
        ).as_json(),
    }


def richness(asked: Asked) -> Answer:
    """How many species there are, and how much of them was seen."""
    from adjoin.land import richness as species

    given = Given.of(asked)
    kind = given.choice("type", ("abundance", "incidence_freq", "margins"))
    if kind == "margins":
        return _margins(given)
    units = given.integer("sampling_units", 2, 100_000) if kind == "incidence_freq" else None
    sample = _sample(given, "counts" if units is None else "frequencies", units)
    sizes = wholes(given, "sizes", 1, _INDIVIDUALS)
    place = [f"coverages[{i}]" for i in range(len(some(given, "coverages", 1_000)))]
    shares = [Given({p: v}).number(p, 1e-9, 1 - 1e-9) for p, v in zip(place, some(given, "coverages"), strict=True)]
    if (len(sizes) + 3 * len(shares)) * (sample.n + 100) > _WORK:
        refuse("too_long", "sizes", len(sizes) + len(shares), expected=_WORK // (sample.n + 100))
    asymptotic = species.asymptotic(sample)
    points = [
        {"m": m, "method": _how(m, sample.n), "q": q, "D": species.diversity(sample, q, m),
         "coverage": species.coverage(sample, m)}
        for q in species.ORDERS for m in sizes
    ]  # fmt: skip
    at = [list(species.at_coverage(sample, share)) for share in shares]
    return {
        **_seen(sample),
        "coverage": species.coverage(sample, sample.n),
        "chao1" if units is None else "chao2": _estimate(species.chao(sample)),
        **_rare(sample),
        "hill_observed": _hill(species.observed(sample)),
        "hill_asymptotic": _hill(asymptotic),
        "size_based": points,
        "coverage_based": [
            {"coverage": at[i][q].coverage, "m": at[i][q].size, "q": q, "D": at[i][q].diversity}
            for q in species.ORDERS
            for i in range(len(at))
        ],
        **_bands(given, sample),
    }


def _margins(given: Given) -> Answer:
    """Estimators from the margins of a table of sites by species."""
    from adjoin.land import richness as species

    sites = given.integer("sites", 2, 100_000)
    units, whole = _sample(given, "incidence_frequencies", sites), _sample(given, "pooled_counts", None)
    seen, chao2 = len(whole.x), species.chao(units)
    sizes, numbers = wholes(given, "sizes", 1, whole.n), wholes(given, "site_numbers", 1, sites)
    first, second = species.jackknife(seen, units)
    drawn = {str(m): species.rarefied(whole, m) for m in sizes[:100]}
    return {
        "S_obs": seen,
        "chao1_bias_corrected": species.bias_corrected(whole),
        "ace": species.ace(whole).value,
        "chao2": {"estimate": chao2.value, "se": chao2.se},
        "jack1": first,
        "jack2": second,
        "bootstrap_expected": species.bootstrap(seen, units),
        "hill_observed": _hill(species.observed(whole)),
        "rarefied_individuals": {m: {"D": d, "se": se} for m, (d, se) in drawn.items()},
        "site_accumulation": {str(t): species.accumulated(units, t) for t in numbers[:1_000]},
        **_bands(given, whole),
    }


def _bands(given: Given, sample: "Sample") -> dict[str, object]:
    """Bands of the estimators by drawing again, where `bootstraps` asks for them."""
    if given.values.get("bootstraps") is None:
        return {}
    import numpy as np

    from adjoin.land import resampled

    times = given.integer("bootstraps", 2, _BOOTSTRAPS)
    seed = given.integer("seed", 0, 2**32 - 1) if "seed" in given.values else 1
    if times * len(resampled.community(sample)) > _DRAWN:
        refuse("too_long", "bootstraps", times, expected=_DRAWN // len(resampled.community(sample)))
    found = resampled.bands(sample, times, np.random.default_rng(seed))
    said = {name: {"se": each.se, "lcl95": each.low, "ucl95": each.high} for name, each in found.items()}
    return {"bands": said | {"bootstraps": times, "seed": seed}}


def _sample(given: Given, key: str, units: int | None) -> "Sample":
    from adjoin.land.richness import Sample

    found = Sample.of(wholes(given, key, 0, units or _INDIVIDUALS), units)
    if found.u < 2 or found.u > _INDIVIDUALS or len(found.x) > _SPECIES:
        refuse("out_of_bounds", given.place(key), int(found.u), low=2, high=_INDIVIDUALS)
    return found


def _seen(sample: "Sample") -> dict[str, object]:
    return {"S_obs": len(sample.x), "f1": sample.met(1), "f2": sample.met(2)}


def _estimate(each: "Estimate") -> dict[str, float]:
    return {"estimate": each.value, "se": each.se, "lcl95": each.low, "ucl95": each.high}


def _rare(sample: "Sample") -> dict[str, object]:
    from adjoin.land import richness as species

    if sample.units is None:
        found = species.ace(sample)
        return {"ace": found.value, "ace_C_rare": found.coverage, "ace_cv": found.cv}
    found = species.ice(sample)
    return {
        "ice_chao_chiu_2016": found.value,
        "ice_C_infreq": found.coverage,
        "ice_cv": found.cv,
        "ice_lee_chao_1994": species.ice_1994(sample).value,
    }


def _hill(values: tuple[float | None, ...]) -> dict[str, float | None]:
    return {f"q{order}": value for order, value in enumerate(values)}


def _how(size: int, n: int) -> str:
    if size == n:
        return "observed"
    return "rarefaction" if size < n else "extrapolation"


def _chosen(found: "Choice", costs: list[float], sense: str) -> dict[str, object]:
    return {
        "objective": found.objective,
        "selected": list(found.selected),
        "cost": sum(costs[i] for i in found.selected),
        "bound": found.bound,
        "gap": found.gap,
        "proven": found.proven,
        "decision": Decision(
            sense=sense,
            measures=tuple(Measure(str(i), 1.0) for i in found.selected),
            objective=found.objective,
            bound=found.bound,
            proof="search",
        ).as_json(),
    }


def _grid(given: Given, parcels: int) -> "Grid | None":
    from adjoin.land.parcels import Grid

    if "rows" not in given.values and "columns" not in given.values:
        return None
    down, across = given.integer("rows", 1, _PARCELS), given.integer("columns", 1, _PARCELS)
    if down * across != parcels:
        refuse("rows_differ", "cost", parcels, expected=down * across)
    penalty = given.number("boundary_penalty", 0, 1e9) if "boundary_penalty" in given.values else 0.0
    factor = given.number("edge_factor", 0, 1e6) if "edge_factor" in given.values else 1.0
    return Grid(down, across, penalty, factor)


def _fits(given: Given, key: str, met: int, expected: int) -> None:
    if expected > _PARCELS and key in {"features", "cover_gain"}:
        refuse("too_long", "cost", expected, expected=_PARCELS)
    if met != expected:
        refuse("rows_differ", given.place(key), met, expected=expected)


def _distances(given: Given, size: int) -> list[list[float]]:
    """A square table of distances, symmetric, 0 to itself."""
    distances = table(given, "distance_km", 0, 1e6)
    if len(distances) != size or len(distances[0]) != size:
        refuse("rows_differ", "distance_km", (len(distances), len(distances[0])), expected=(size, size))
    for i, line in enumerate(distances):
        for j, value in enumerate(line):
            if value != distances[j][i] or (i == j and value):
                refuse("not_symmetric", f"distance_km[{i}][{j}]", value, expected=0.0 if i == j else distances[j][i])
    return distances


def _links(given: Given, size: int) -> "Floats":
    """Distances of the pairs that are listed as [a, b, km]; all others have no way between them."""
    import numpy as np

    found = np.full((size, size), np.inf)
    np.fill_diagonal(found, 0.0)
    for i, each in enumerate(some(given, "links_km", _LINKS)):
        place = f"links_km[{i}]"
        a, b, km = row(each, place, 3, 0, 1e6)
        for end in (a, b):
            if not end.is_integer() or end >= size:
                refuse("out_of_bounds", place, end, low=0, high=size - 1)
        if a == b:
            refuse("listed_twice", place, a)
        found[int(a), int(b)] = found[int(b), int(a)] = km
    return found


DOORS = tuple(
    Door(method, answer, EXPLAINED[method])
    for method, answer in (
        ("land.river_connectivity", river_connectivity),
        ("land.patch_connectivity", patch_connectivity),
        ("land.parcels_for_targets", parcels_for_targets),
        ("land.parcels_for_budget", parcels_for_budget),
        ("land.survey_next", survey_next),
        ("land.richness", richness),
    )
)
