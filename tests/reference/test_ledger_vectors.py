"""Envelopes, notes and cosignatures against published and twice computed bytes."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adjoin.core.entry import canonical, fingerprint
from adjoin.core.refusal import Refusal
from adjoin.joint.envelope import pae, strict_json
from adjoin.joint.keys import Ed25519Signer, Key, Keys
from adjoin.joint.note import Checkpoint, Mark, Note, cosign, read_note, sign_note

VECTORS = json.loads((Path(__file__).parent / "ledger_vectors.json").read_text("utf-8"))


def test_ed25519():
    case = VECTORS["ed25519"][0]
    signer = Ed25519Signer.of(bytes.fromhex(case["seed"]), "east", "office")
    assert signer.key.public.hex() == case["public"]
    assert signer.sign(bytes.fromhex(case["message"])).hex() == case["signature"]


def test_dsse_signs_kind_and_payload_each_with_its_length():
    case = VECTORS["dsse"][0]
    signed = pae(case["payloadType"], case["payload_utf8"].encode())
    assert base64.b64encode(signed).decode() == case["pae_base64"]
    signer = Ed25519Signer.of(bytes.fromhex(case["seed"]), "east", "office")
    assert base64.b64encode(signer.sign(signed)).decode() == case["signature_base64"]


@pytest.mark.parametrize("case", VECTORS["rfc8785"]["files"], ids=lambda case: case["name"])
def test_canonical_json(case):
    expected = base64.b64decode(case["canonical_base64"])
    assert canonical(json.loads(base64.b64decode(case["input_base64"]))) == expected
    assert strict_json(expected) is not None
    assert strict_json(expected + b" ") is None


@pytest.mark.parametrize("case", VECTORS["chain"]["sha256"], ids=lambda case: case["fingerprint"][:8])
def test_fingerprints_of_a_chain(case):
    assert fingerprint(json.loads(case["canonical_utf8"])) == case["fingerprint"]


def test_a_signed_checkpoint_byte_by_byte():
    case = VECTORS["checkpoint"][0]
    signer = Ed25519Signer.of(bytes.fromhex(case["seed"]), "sichuan", "office")
    head = Checkpoint(case["origin"], case["size"], bytes.fromhex(case["root"]))
    assert sign_note(head, signer) == case["note"]
    note = read_note(case["note"])
    assert note.checkpoint == head
    assert note.marks[0].key_hash.hex() == case["key_id"]


COSIGNED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 \
jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""


def test_the_example_of_the_cosignature_standard_is_read_as_it_stands():
    note = read_note(COSIGNED)
    assert note.text == COSIGNED
    assert note.checkpoint.size == 20852163
    assert int.from_bytes(note.marks[1].blob[:8]) == 1679315147


def test_a_cosignature_says_what_the_standard_says():
    log, witness = (Ed25519Signer.of(bytes([n]) * 32, party, "office") for n, party in ((1, "east"), (2, "west")))
    head = Checkpoint("adjoin/two-towns/east", 3, bytes(32))
    at = datetime.fromtimestamp(1679315147, UTC)
    note = read_note(cosign(sign_note(head, log), witness, at))
    said = b"cosignature/v1\ntime 1679315147\nadjoin/two-towns/east\n3\n" + base64.b64encode(bytes(32)) + b"\n"
    assert witness.key.verifies(said, note.marks[1].blob[8:])
    keys = Keys.of([log.key, witness.key])
    assert note.signer(keys) == log.key
    assert note.cosigner(keys, "west") == (witness.key, at)
    assert note.cosigner(keys, "east") is None


@pytest.mark.parametrize(
    "change",
    [
        ("\n3\n", "\n03\n"), ("\n3\n", "\n-3\n"), ("\n3\n", "\n３\n"), ("\n\n", "\n"), ("— ", "- "), ("AAA=", "AAB="),
        ("east\n", "east\nmore\n"), ("\n— ", "\n\n— "),
    ],
)  # fmt: skip
def test_a_note_of_another_form_is_refused(change):
    log = Ed25519Signer.of(bytes([1]) * 32, "east", "office")
    text = sign_note(Checkpoint("adjoin/two-towns/east", 3, bytes(32)), log)
    assert change[0] in text
    with pytest.raises(Refusal, match="bad_note"):
        read_note(text.replace(*change, 1))


def test_the_algorithm_belongs_to_the_key():
    signer = Ed25519Signer.of(bytes([1]) * 32, "east", "office")
    other = Key(signer.key.key_id, "east", "none", signer.key.public, "office")
    assert not other.verifies(b"data", signer.sign(b"data"))
    assert not Note(Checkpoint("adjoin/t/east", 0, bytes(32)), (Mark("x", b"1234", b""),)).signer(Keys.of([other]))


def test_keys_go_to_their_file_and_back():
    rows = [
        Ed25519Signer.of(bytes([n]) * 32, party, "office", since=datetime(2026, 1, 1, tzinfo=UTC)).key
        for n, party in enumerate(("east", "west"))
    ]
    assert Keys.from_json(Keys.of(rows).as_json()) == Keys.of(rows)


@pytest.mark.parametrize(
    "change", [{"key_id": "0" * 16}, {"algorithm": "none"}, {"public": "xyz"}, {"public": 3}, {"since": "soon"}]
)  # fmt: skip
def test_a_key_file_that_is_wrong_is_refused(change):
    value = Keys.of([Ed25519Signer.of(bytes([1]) * 32, "east", "office").key]).as_json()
    value["east"][0].update(change)
    with pytest.raises(Refusal):
        Keys.from_json(value)
    for wrong in ([], {"east": {}}, {"east": ["x"]}, {"east": [{}]}):
        with pytest.raises(Refusal):
            Keys.from_json(wrong)
