"""Compiled loops, bands and overlays of the land say the same as what is written to be read."""

import numpy as np
import pytest
import shapely

import adjoin
from adjoin.doors import cases
from adjoin.doors.given import parse
from adjoin.land import geometry, patches, resampled, richness
from adjoin.land.pedigree import Animal, Pedigree

RICHNESS = next(each for each in cases.shipped() if each.name == "land.richness.json")
SAMPLES = [case["given"] for case in parse(RICHNESS.read_bytes())["cases"] if case["given"]["type"] != "margins"]


def herd(count, seed):
    rng = np.random.default_rng(seed)

    def parent(i):
        return None if i < 4 or rng.random() < 0.1 else str(rng.integers(max(0, i - 40), i))

    return Pedigree.of([Animal(str(i), parent(i), parent(i)) for i in range(count)])


@pytest.fixture(scope="module")
def pedigree():
    return herd(300, 0)


def test_compiled_inbreeding_is_the_plain_one(pedigree):
    assert pedigree.compiled_inbreeding().max() > 0.1
    assert np.array_equal(pedigree.compiled_inbreeding(), pedigree.plain_inbreeding())


def test_the_matrix_holds_every_kinship(pedigree):
    matrix, some = pedigree.matrix(), [0, 1, 63, 64, 65, 127, 128, 200, 299]
    assert np.array_equal(matrix, matrix.T)
    assert pedigree._compiled_among(np.array(some)) == pytest.approx(pedigree.among(some), abs=1e-15)
    assert matrix[np.ix_(some, some)] == pytest.approx(pedigree.among(some), abs=1e-6)
    assert 2 * np.diag(matrix) - 1 == pytest.approx(pedigree.plain_inbreeding(), abs=1e-6)


@pytest.mark.parametrize("kind", ["edges", "points", "grid", "islands"])
def test_compiled_connectivity_is_the_plain_one(kind):
    rng = np.random.default_rng(1)
    where = rng.uniform(0, 6, (60, 2)) if kind != "grid" else np.argwhere(np.ones((8, 7))).astype(float)
    radius = rng.gamma(1, 0.3, len(where)) * (kind == "edges")
    apart = np.maximum(np.linalg.norm(where[:, None] - where[None], axis=2) - radius[:, None] - radius[None], 0.0)
    np.fill_diagonal(apart, 0.0)
    apart[(apart > 0.8) & (kind == "islands")] = np.inf
    areas, linked = rng.uniform(1, 9, len(where)), (apart <= 1.0) & ~np.eye(len(where), dtype=bool)
    for one, other in zip(*(f(areas, apart, linked, 0.7) for f in (patches._plain, patches._compiled)), strict=True):
        assert other.whole == pytest.approx(one.whole)
        assert other.reach == pytest.approx(one.reach)
        assert other.lost == pytest.approx(one.lost, abs=1e-9 * one.whole)


def test_links_stand_for_a_table_of_distances():
    asked = {"patch_area_ha": [1, 2, 3], "median_dispersal_distance_km": 1, "link_threshold_distance_km": 1,
             "landscape_area_ha": 9}  # fmt: skip
    by_links = adjoin.compute("land.patch_connectivity", asked | {"links_km": [[0, 1, 0.5], [1, 2, 0.5]]})
    table = [[0, 0.5, 1e6], [0.5, 0, 0.5], [1e6, 0.5, 0]]
    by_table = adjoin.compute("land.patch_connectivity", asked | {"distance_km": table})
    assert by_links == by_table
    assert adjoin.compute("land.patch_connectivity", asked | {"links_km": [[0, 3, 1]]})["error"]["kind"]


@pytest.mark.parametrize("asked", SAMPLES)
def test_figures_of_draws_are_those_of_each_draw(asked):
    sample = richness.Sample.of(asked.get("counts") or asked["frequencies"], asked.get("sampling_units"))
    assert resampled.community(sample).sum() == pytest.approx(sample.u / sample.n)
    drawn = resampled.draws(sample, 5, np.random.default_rng(0))
    found = resampled.figures(drawn)
    for i, row in enumerate(drawn.x):
        each = richness.Sample.of(row.tolist(), sample.units)
        by_coverage = (richness.ace if sample.units is None else richness.ice)(each).value
        alone = [richness.chao(each).value, by_coverage, richness.coverage(each, each.n),
                 *richness.observed(each), *richness.asymptotic(each)]  # fmt: skip
        for name, value in zip(found, alone, strict=True):
            assert found[name][i] == pytest.approx(np.nan if value is None else value, rel=1e-9, nan_ok=True), name


def test_bands_hold_the_estimate_and_are_drawn_again_alike():
    asked = SAMPLES[0] | {"bootstraps": 50}
    one, other = (adjoin.compute("land.richness", asked) for _ in range(2))
    assert one["bands"] == other["bands"]
    assert one["bands"]["chao"]["lcl95"] < one["chao1"]["estimate"] < one["bands"]["chao"]["ucl95"]
    assert one["bands"] != adjoin.compute("land.richness", asked | {"seed": 2})["bands"]


def test_overlaps_are_what_each_parcel_shares():
    rng = np.random.default_rng(0)
    units = [shapely.box(i, j, i + 1, j + 1) for i in range(4) for j in range(4)]
    parcels = [shapely.Point(*xy).buffer(r) for *xy, r in rng.uniform((0, 0, 0.05), (5, 5, 1), (60, 3)).tolist()]
    parcels += [shapely.box(1, 1, 2, 2), shapely.box(4, 0, 5, 1)]  # a unit itself; a touch
    found = geometry.overlaps(units, parcels)
    for k, parcel in enumerate(parcels):
        here = found.parcel == k
        by_unit = dict(zip(found.unit[here].tolist(), found.km2[here].tolist(), strict=True))
        assert by_unit == pytest.approx(geometry.shared(units, parcel))


def test_many_parcels_get_the_verdict_that_each_gets_alone():
    source = next(each for each in cases.shipped() if each.name == "land.zoning.json")
    asked = next(
        case["given"] for case in parse(source.read_bytes())["cases"] if case["given"]["wkt"].startswith("POLYGON")
    )
    box = shapely.union_all([shapely.from_wkt(each["wkt"]) for each in asked["units"]]).bounds
    rng = np.random.default_rng(0)
    where = rng.uniform(box[:2], box[2:], (40, 2))
    shapes = [asked["wkt"], *(shapely.Point(xy).buffer((box[2] - box[0]) / 15).wkt for xy in where)]
    many = adjoin.compute("land.zoning", asked | {"parcels": [{"id": str(i), "wkt": w} for i, w in enumerate(shapes)]})
    assert len({each["verdict"] for each in many["parcels"]}) > 1
    assert sum(many["count_by_verdict"].values()) == 41
    for each, wkt in zip(many["parcels"], shapes, strict=True):
        alone = adjoin.compute("land.zoning", asked | {"wkt": wkt})
        assert each["verdict"] == alone["verdict"]
        assert each["verdict_by_side"] == alone["verdict_by_side"]
        assert each["units"] == sorted(unit["unit"] for unit in alone["units_hit"])
