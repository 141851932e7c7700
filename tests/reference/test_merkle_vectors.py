"""The tree against RFC 6962 and the published vectors of transparency-dev/merkle."""

import base64
import json
from pathlib import Path

import pytest

from adjoin.methods import merkle

VECTORS = json.loads((Path(__file__).parent / "ledger_vectors.json").read_text("utf-8"))["merkle"]
OWN = VECTORS["own"][0]
LEAVES = [merkle.leaf_hash(bytes.fromhex(each)) for each in OWN["leaves_hex"]]


def _bytes(text):
    return base64.b64decode(text or "")


def _path(case):
    return [_bytes(each) for each in case["proof"] or []]


def test_roots_of_every_size():
    for size, expected in OWN["roots"].items():
        assert merkle.root(LEAVES[: int(size)]).hex() == expected


def test_inclusion_paths():
    for case in OWN["inclusion"]:
        path = merkle.inclusion_proof(LEAVES[: case["size"]], case["leaf"])
        assert [each.hex() for each in path] == case["path"]


def test_consistency_proofs():
    for case in OWN["consistency"]:
        proof = merkle.consistency_proof(LEAVES[: case["to"]], case["from"])
        assert [each.hex() for each in proof] == case["proof"]


@pytest.mark.parametrize("case", VECTORS["public"], ids=lambda case: case["file"])
def test_published_verifications(case):
    if case["kind"] == "inclusion":
        leaf, expected = _bytes(case["leafHash"]), _bytes(case["root"])
        right = merkle.verify_inclusion(case["leafIdx"], case["treeSize"], leaf, _path(case), expected)
    else:
        old, new = _bytes(case["root1"]), _bytes(case["root2"])
        right = merkle.verify_consistency(case["size1"], case["size2"], old, new, _path(case))
    assert right is not case["wantErr"]
