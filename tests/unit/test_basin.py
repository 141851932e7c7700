"""The order of a network, and tables that are no network."""

from itertools import pairwise

import numpy as np
import pytest

from adjoin.core.refusal import Refusal
from adjoin.water.basin import Basin

IDS, DOWN = list("abcdefg"), ["c", "c", "d", "g", "g", "g", None]


def test_what_lies_above_is_the_slice_before():
    net = Basin.of(IDS, DOWN)
    above = {reach: {net.ids[net.row[i]] for i in range(*net.above(net.find(reach)).indices(7))} for reach in IDS}
    assert above["d"] == {"a", "b", "c", "d"}
    assert above["g"] == set(IDS)
    assert above["e"] == {"e"}
    assert all(net.down[i] > i for i in range(6))


def test_the_heaviest_tributary_comes_first():
    net = Basin.of(["s", "m2", "m1", "out"], ["out", "m1", "out", None])
    assert [net.ids[row] for row in net.row] == ["m2", "m1", "s", "out"]


@pytest.fixture(params=[0, 100_000], ids=["as if large", "small"])
def large(request, monkeypatch):
    """From how many rows on the columns go through compiled hashes."""
    monkeypatch.setattr("adjoin.water.below.LARGE", request.param)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("scale", [1, 10_000_019])  # close together; far apart
def test_numbers_and_texts_give_the_same_network(scale):
    rng = np.random.default_rng(0)
    down = np.array([-1, *(rng.integers(0, i) for i in range(1, 200))])
    order = rng.permutation(200)
    ids, below = order * scale, np.where(down[order] >= 0, down[order] * scale, -1)
    one = Basin.of(ids, below)
    other = Basin.of([f"r{i}" for i in ids], [f"r{i}" if i >= 0 else "" for i in below])
    assert np.array_equal(one.down, other.down)
    assert np.array_equal(one.row, other.row)
    assert one.find(int(ids[7])) == other.find(f"r{ids[7]}")


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    ("ids", "down"),
    [
        (["a", "b\nc", "河"], ["b\nc", "河", None]),  # a break within a text
        (["a", 7, "\ud800"], [7, "\ud800", ""]),  # texts and numbers; half a character
        (["aa", "a", ""], ["a", "", None]),
    ],
)
def test_any_texts_are_names(ids, down):
    assert [ids[i] for i in Basin.of(ids, down).row] == ids


def test_two_texts_with_one_hash_are_told_apart():
    from adjoin.water import _hashes

    one, other = (_hashes.Texts.of(each) for each in (["ab", "cd"], ["ab", "xx"]))
    same = _hashes.Texts(other.bytes, other.ends, one.hashes)  # as if "xx" had the hash of "cd"
    assert list(_hashes.rows_of_texts(one, other)) == [0, -1]
    assert _hashes.rows_of_texts(one, same) is None


def test_columns_come_back_as_they_were():
    net, column = Basin.of(IDS, DOWN), np.arange(7.0)
    assert np.array_equal(net.unsort(net.sort(column)), column)


def test_pieces_are_whole_upstream_basins_and_none_is_inside_another():
    rng = np.random.default_rng(1)
    net = Basin.of(list(range(500)), [None, *(int(rng.integers(max(0, i - 5), i)) for i in range(1, 500))])
    pieces = net.pieces(60)
    assert all(one.stop <= other.start for one, other in pairwise(pieces))
    for piece in pieces:
        assert piece.stop - piece.start <= 60
        assert all(net.down[i] < piece.stop for i in range(piece.start, piece.stop - 1))


def test_a_canal_that_leads_onward_keeps_the_order():
    net = Basin.of(IDS, DOWN, [("c", "e", 0.25)])
    i = net.find("c")
    assert net.part[i] == 0.75
    assert net.down[net.find("e")] > net.find("e") > i


def test_canals_that_cross_give_an_order_all_the_same():
    #  a1 -> a2 -> out <- b2 <- b1, with a1 -> b2 and b1 -> a2: no post-order of the tree allows both
    ids, down = ["a1", "a2", "b1", "b2", "out"], ["a2", "out", "b2", "out", None]
    net = Basin.of(ids, down, [("a1", "b2", 0.5), ("b1", "a2", 0.5)])
    assert net.find("a1") < net.find("b2")
    assert net.find("b1") < net.find("a2")
    assert {net.ids[net.row[i]] for i in range(*net.above(net.find("a2")).indices(5))} >= {"a1", "b1", "a2"}


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    ("ids", "down", "branches", "kind", "rows"),
    [
        (["a", "b", "a"], ["b", None, "b"], [], "reach_twice", "1"),
        (["a", "b"], ["x", None], [], "unknown_reach_below", "1"),
        (["a", "b", "c"], ["b", "a", None], [], "reaches_in_a_ring", "1, 2"),
        (["a", "b", "x"], ["b", None, None], [], "reaches_on_an_island", "3"),
        (["a", "b"], ["b", None], [("a", "b", 1.5)], "parts_beyond_one", None),
        (["a", "b"], ["b", None], [("a", "x", 0.5)], "unknown_reach_below", None),
        (["a", "b"], ["b", None], [("b", "a", 0.5)], "reaches_in_a_ring", "1, 2"),
        (["a", "b"], ["b"], [], "columns_differ", None),
    ],
)
def test_a_table_that_is_no_network_is_refused_and_its_rows_named(ids, down, branches, kind, rows):
    with pytest.raises(Refusal) as refused:
        Basin.of(ids, down, branches)
    assert refused.value.kind == kind
    assert refused.value.facts.get("rows") == rows


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("scale", [1, 1_000_003])
def test_numbers_are_refused_the_same_way(scale):
    ids = np.array([1, 2, 3]) * scale
    with pytest.raises(Refusal, match="reach_twice"):
        Basin.of(np.array([1, 2, 1]) * scale, np.array([-1, -1, -1]))
    with pytest.raises(Refusal, match="unknown_reach_below"):
        Basin.of(ids, np.array([9 * scale, -1, -1]))
    with pytest.raises(Refusal, match="reaches_in_a_ring"):
        Basin.of(ids, np.array([2, 1, -1]) * scale)


def test_several_rivers_may_be_said_and_arms_of_a_delta_join():
    assert len(Basin.of(["a", "b"], [None, None], several=True)) == 2
    assert len(Basin.of(["river", "left", "right"], ["left", None, None], [("river", "right", 0.4)])) == 3


def test_a_reach_that_is_not_there_is_refused():
    with pytest.raises(Refusal, match="no_such_reach"):
        Basin.of(IDS, DOWN).find("z")
