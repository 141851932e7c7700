"""An office whose key lies in a device: the workspace signs through a program, the other side verifies SM2."""

import json
import sys

import pytest
from gmalg import SM2
from sides import TOWNS, opened

from adjoin.core.entry import SUITES, fingerprint_of
from adjoin.core.refusal import Refusal
from adjoin.joint import sm2
from adjoin.joint.keys import Key, Keys, key_id_of
from adjoin.loop import exchange, workspace

SECRET = bytes(range(1, 33))
PUBLIC = SM2(uid=sm2.UID).generate_pk(SECRET)
PROGRAM = f"""
import sys
from gmalg import SM2
core = SM2(sk=bytes.fromhex("{SECRET.hex()}"), pk=bytes.fromhex("{PUBLIC.hex()}"), uid={sm2.UID!r})
r, s = core.sign(sys.stdin.buffer.read())
print((r.rjust(32, b"\\0") + s.rjust(32, b"\\0")).hex())
"""


@pytest.fixture
def device(fresh_towns, tmp_path):
    """East signs through a program that stands for the device; both sides know the key."""
    east, west = fresh_towns["east"], fresh_towns["west"]
    program = tmp_path / "device.py"
    program.write_text(PROGRAM)
    with (east.folder / "workspace.toml").open("a") as file:
        command = json.dumps([sys.executable, str(program)])
        file.write(f'[device]\nalgorithm = "sm2"\npublic = "{PUBLIC.hex()}"\ncommand = {command}\n')
    key = Key(key_id_of(PUBLIC), "east", "sm2", PUBLIC, "east-duty")
    for side in (east, west):
        workspace.trust(side, Keys.of([key]))
    return opened(east.folder.parent, ["east"])["east"], west, program


def test_entries_heads_and_cosignatures_through_the_device(device, clock):
    east, west, _ = device
    entry = east.record("note", {"text": "signed by the device"}, now=clock())
    assert entry.key == key_id_of(PUBLIC)
    for _ in range(2):
        assert not exchange.carry(east, west, now=clock()).faults
        assert not exchange.carry(west, east, now=clock()).faults
    assert west.done.entries("east")[-1] == entry
    assert exchange.status(east).waiting == exchange.status(west).waiting == 0


@pytest.mark.parametrize("says", ["print('zz')", "raise SystemExit('no card')", "print('00' * 64)", ""])
def test_a_device_that_is_not_there_or_says_something_else_signs_nothing(device, clock, says):
    east, _, program = device
    before = east.done.lines()
    program.write_text(says)
    with pytest.raises(Refusal, match=r"device_failed|device_signed_wrong"):
        east.record("note", {"text": "x"}, now=clock())
    assert east.done.lines() == before


def test_a_chain_begun_with_the_suite_of_the_state_and_a_device(tmp_path, clock):
    """One side hashes with SM3 and signs with SM2 by a device, the other as usual: each holds the other's chain."""
    program, about = tmp_path / "device.py", tmp_path / "device.toml"
    program.write_text(PROGRAM)
    command = json.dumps([sys.executable, str(program)])
    about.write_text(f'algorithm = "sm2"\npublic = "{PUBLIC.hex()}"\ncommand = {command}\n')
    made = {"region": TOWNS, "now": clock()}
    east = workspace.init(tmp_path / "east", party="east", suite="sm3", device=about, **made)
    west = workspace.init(tmp_path / "west", party="west", **made)
    exchange.introduce(east, west)

    east.record("note", {"text": "hashed by SM3, signed by SM2"}, now=clock())
    for _ in range(2):
        assert not exchange.carry(east, west, now=clock()).faults
        assert not exchange.carry(west, east, now=clock()).faults
    first, last = west.done.entries("east")
    assert (first.body["suite"], last.prev) == ("sm3", fingerprint_of(first, SUITES["sm3"]))
    assert exchange.status(east).differs == exchange.status(west).differs == ()


@pytest.mark.parametrize("text", ["", 'algorithm = "sm2"', 'algorithm = "sm2"\npublic = "zz"\ncommand = []', "["])
def test_settings_of_a_device_that_lack_something_make_nothing(tmp_path, clock, text):
    about = tmp_path / "device.toml"
    about.write_text(text)
    with pytest.raises(Refusal, match="device_settings"):
        workspace.init(tmp_path / "east", region=TOWNS, party="east", now=clock(), device=about)
    with pytest.raises(Refusal, match="no_such_suite"):
        workspace.init(tmp_path / "east", region=TOWNS, party="east", now=clock(), suite="md5")
    assert not (tmp_path / "east").exists()
