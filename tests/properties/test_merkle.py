"""What the tree must keep, at every size up to 40."""

from adjoin.methods import merkle

LEAVES = [merkle.leaf_hash(bytes([n])) for n in range(40)]
SIZES = range(1, len(LEAVES) + 1)


def test_every_leaf_of_every_tree_can_be_shown_and_no_other_in_its_place():
    for size in SIZES:
        expected = merkle.root(LEAVES[:size])
        for index in range(size):
            path = merkle.inclusion_proof(LEAVES[:size], index)
            assert merkle.verify_inclusion(index, size, LEAVES[index], path, expected)
            assert not merkle.verify_inclusion(index, size, LEAVES[(index + 1) % 40], path, expected)


def test_every_tree_is_shown_to_begin_every_larger_one():
    for large in SIZES:
        new = merkle.root(LEAVES[:large])
        for small in range(1, large + 1):
            old, proof = merkle.root(LEAVES[:small]), merkle.consistency_proof(LEAVES[:large], small)
            assert merkle.verify_consistency(small, large, old, new, proof)
            assert not merkle.verify_consistency(small, large, merkle.root([]), new, proof)


def test_a_frontier_grows_to_the_same_root():
    for small in SIZES:
        frontier = merkle.Frontier().extend(LEAVES[:small])
        assert frontier.well_formed
        assert frontier.extend(LEAVES[small:]).root == merkle.root(LEAVES)
