"""The suite of GB/T 32918 and GB/T 32905: official vectors, refusals, and a whole exchange under it."""

import json
from pathlib import Path

import pytest
from gmalg import SM2
from two_sides import NOON, Side, exchange

from adjoin.core.entry import SUITES, fingerprint
from adjoin.core.refusal import Refusal
from adjoin.joint import ledger, sm2
from adjoin.joint.keys import DeviceSigner, Key, Keys, key_id_of
from adjoin.joint.note import read_note
from adjoin.methods import merkle

VECTORS = json.loads((Path(__file__).parent / "ledger_vectors.json").read_text("utf-8"))
SM3 = SUITES["sm3"]
ALGORITHM = pytest.mark.parametrize("case", VECTORS["sm2"], ids=lambda case: case["message_utf8"][:14])


@pytest.mark.parametrize("case", VECTORS["sm3"], ids=lambda case: case["digest"][:8])
def test_sm3(case):
    assert SM3(bytes.fromhex(case["message_hex"])).hex() == case["digest"]


@pytest.mark.parametrize("case", VECTORS["chain"]["sm3"], ids=lambda case: case["fingerprint"][:8])
def test_fingerprints_of_a_chain_under_sm3(case):
    assert fingerprint(json.loads(case["canonical_utf8"]), SM3) == case["fingerprint"]


def test_a_tree_under_sm3():
    own = next(each for each in VECTORS["merkle"]["own"] if each["hash"] == "sm3")
    leaves = [merkle.leaf_hash(bytes.fromhex(each), SM3) for each in own["leaves_hex"]]
    for size, expected in own["roots"].items():
        assert merkle.root(leaves[: int(size)], SM3).hex() == expected
    for case in own["inclusion"]:
        path = merkle.inclusion_proof(leaves[: case["size"]], case["leaf"], SM3)
        assert [each.hex() for each in path] == case["path"]
        root = merkle.root(leaves[: case["size"]], SM3)
        assert merkle.verify_inclusion(case["leaf"], case["size"], leaves[case["leaf"]], path, root, digest=SM3)
    for case in own["consistency"]:
        proof = merkle.consistency_proof(leaves[: case["to"]], case["from"], SM3)
        assert [each.hex() for each in proof] == case["proof"]
        roots = (merkle.root(leaves[: case[at]], SM3) for at in ("from", "to"))
        assert merkle.verify_consistency(case["from"], case["to"], *roots, proof, digest=SM3) is (case["from"] > 0)


def signed(case):
    public = bytes.fromhex("04" + case["public_xy"])
    return public, case["message_utf8"].encode(), bytes.fromhex(case["r"] + case["s"]), case["uid"].encode()


@ALGORITHM
def test_sm2_signatures(case):
    assert sm2.verify(*signed(case))


@ALGORITHM
def test_what_is_no_sm2_signature(case):
    """The refusals of the vectors, one after the other."""
    public, data, signature, uid = signed(case)
    r, s, zero, n = signature[:32], signature[32:], bytes(32), sm2.N.to_bytes(32)
    rest = (sm2.N - int.from_bytes(r)).to_bytes(32)
    wrong = [
        (public, data, zero + s, uid), (public, data, r + zero, uid),  # r = 0 or s = 0
        (public, data, r + rest, uid),  # r + s = 0 mod n
        (public, data, n + s, uid), (public, data, r + n, uid),  # r or s >= n
        (public, data, (int.from_bytes(r) + sm2.N).to_bytes(33) + s, uid),
        (public[:-1] + bytes([public[-1] ^ 1]), data, signature, uid),  # no point of the curve
        (bytes(65), data, signature, uid), (public[1:], data, signature, uid), (b"", data, b"", uid),
        (public, data, signature, b"somebody"),  # another user id than agreed
        (public, bytes([data[0] ^ 1]) + data[1:], signature, uid),
        (public, data, s + r, uid),
    ]  # fmt: skip
    assert len(VECTORS["sm2_refusals"]) == 7
    assert not any(sm2.verify(*each) for each in wrong)


class Device:
    """Stands for an office's signing device; only tests sign SM2 in Python."""

    def __init__(self, secret):
        self.public = SM2(uid=sm2.UID).generate_pk(secret)
        self._core = SM2(sk=secret, pk=self.public, uid=sm2.UID)

    def sign(self, data):
        r, s = self._core.sign(data)
        return r.rjust(32, b"\0") + s.rjust(32, b"\0")


def device_signer(party):
    device = Device(bytes([len(party), *party.encode()]).ljust(32, b"\1"))
    return DeviceSigner(Key(key_id_of(device.public), party, "sm2", device.public, "office"), device)


def test_two_sides_exchange_under_the_suite_of_their_government():
    signers = [device_signer("east"), device_signer("west")]
    keys = Keys.of([each.key for each in signers])
    east, west = (Side(each.key.party, keys, each) for each in signers)
    for side in (east, west):
        side.digest = SM3
        side.sign("adopt", {"suite": "sm3", "code": "1"})
    east.sign("note", {"text": "氨氮夜间偏高"})
    exchange(east, west)
    assert [len(side.peer_lines) for side in (east, west)] == [1, 2]
    package = east.package(since=1)
    assert package.proof["suite"] == "sm3"
    assert ledger.verify(package, keys) == []
    assert read_note(package.checkpoint).checkpoint.root == ledger.Chain.of(east.lines).roots({2})[2]


def test_a_chain_does_not_change_its_hash():
    signers = [device_signer("east"), device_signer("west")]
    keys = Keys.of([each.key for each in signers])
    east, west = (Side(each.key.party, keys, each) for each in signers)
    east.digest = SM3
    east.sign("adopt", {"suite": "sm3"})
    true = east.package()
    plain = {name: value for name, value in true.proof.items() if name != "suite"}
    changed = type(true)(true.checkpoint, true.lines, plain, true.files)
    assert "other_suite" in [each.fault for each in west.examine(changed).faults]
    for suite in ("md5", 3, None):
        other = Side("east", keys, signers[0])
        other.sign("adopt", {"suite": suite})
        with pytest.raises(Refusal, match="unknown_suite"):
            other.package()


def test_a_device_that_signs_something_else_is_noticed():
    made = device_signer("east")
    other = DeviceSigner(made.key, device_signer("west").device)
    with pytest.raises(Refusal, match="device_signed_wrong"):
        Side("east", Keys.of([made.key]), other).sign("note", {"text": "x"}, NOON)
