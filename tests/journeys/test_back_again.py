"""A side is restored from last week's backup and both come together again; one forks and it is ended by the book."""

import json
import shutil

import pytest
from commands import adjoin
from sides import opened

from adjoin.core.refusal import Refusal
from adjoin.formats.messages import messages
from adjoin.joint import fork as judging
from adjoin.loop import exchange, fork, keys, workspace


def note(side, text, clock):
    return side.record("note", {"text": text}, now=clock())


def meet(east, west, clock):
    for _ in range(2):
        for sender, receiver in ((east, west), (west, east)):
            came = exchange.carry(sender, receiver, now=clock())
            assert not came.faults, came.faults


def chains(side):
    return {party: side.done.lines(party) for party in side.region.sides}


@pytest.fixture
def pair(fresh_towns, clock):
    east, west = fresh_towns["east"], fresh_towns["west"]
    note(east, "before the backup", clock)
    meet(east, west, clock)
    return east, west


@pytest.fixture
def roots(pair, tmp_path, clock):
    files = {}
    for side, other in (pair, pair[::-1]):
        files[side.party] = tmp_path / f"{side.party}.root"
        made = keys.make_root(side, files[side.party], now=clock())
        workspace.trust(other, type(side.keys).of([made]))
    return files


def backup_of(side, tmp_path):
    kept = tmp_path / f"{side.party}-backup"
    shutil.copytree(side.folder, kept)
    return kept


def restored(side, kept):
    """The folder as it was when it was copied, opened anew; it knows that it is a backup."""
    side.done.engine.dispose()
    shutil.rmtree(side.folder)
    shutil.copytree(kept, side.folder)
    fork.went_back(side.folder, "restored")
    return opened(side.folder.parent, [side.party])[side.party]


def test_a_side_restored_from_a_backup_reads_itself_back_and_goes_on(pair, tmp_path, clock):
    east, west = pair
    kept = backup_of(east, tmp_path)
    for n in range(3):
        note(east, f"after the backup {n}", clock)
        note(west, f"seen {n}", clock)
        meet(east, west, clock)
    before = chains(west)

    east = restored(east, kept)
    with pytest.raises(Refusal, match="read_back_first"):
        note(east, "too early", clock)
    shown = exchange.carry(west, east, now=clock())
    assert {fault.fault for fault in shown.faults} <= {"own_tail_cut", "gap"}

    came = exchange.take(east, fork.give_back(west), now=clock())
    assert (came.entries, came.faults) == (3, ())
    with pytest.raises(Refusal, match="seen_back"):  # its own last entry had seen more of west than is here yet
        note(east, "still too early", clock)
    assert not exchange.take(east, exchange.export(west, now=clock(), since=0), now=clock()).faults
    note(east, "good again", clock)
    meet(east, west, clock)
    assert chains(east) == chains(west)
    assert chains(west)["west"] == before["west"]
    assert chains(west)["east"][: len(before["east"])] == before["east"]
    assert not fork.forks(east)


@pytest.fixture
def forked(pair, roots, tmp_path, clock):
    """East is set back behind its own back and signs on; west holds what east signed before."""
    east, west = pair
    meet(east, west, clock)
    kept = backup_of(east, tmp_path)
    note(east, "delivered", clock)
    meet(east, west, clock)
    east = restored(east, kept)
    (east.folder / workspace.READ_BACK).unlink()
    note(east, "another past", clock)
    return east, west, roots


def test_a_fork_is_seen_by_both_kept_and_ended_by_the_book(forked, clock):
    east, west, roots = forked
    seen = exchange.carry(east, west, now=clock())
    assert [fault.fault for fault in seen.faults] == ["fork"]
    (found,) = fork.forks(west)
    evidence = judging.Fork.from_json(json.loads(json.dumps(fork.evidence(west, found.id))))
    assert judging.judged(evidence, west.keys) in {"same_place", "another_past"}

    note(west, "goes on meanwhile", clock)
    told = exchange.carry(west, east, now=clock())
    assert {fault.fault for fault in told.faults} <= {"own_rewritten", "own_tail_cut"}
    with pytest.raises(Refusal, match="read_back_first"):
        note(east, "not now", clock)
    given = fork.give_back(west)
    back = exchange.take(east, given, now=clock())
    assert [fault.fault for fault in back.faults] == ["own_fork"]

    package = exchange.packages.read(given)
    entry = fork.end(east, package, root=roots["east"], now=clock())
    assert entry.kind == "surviving-head"
    (mine,) = fork.forks(east)
    assert mine.ended
    assert b"".join(mine.losing)  # the losing branch stays as evidence

    assert not exchange.take(east, exchange.export(west, now=clock(), since=0), now=clock()).faults
    assert not exchange.carry(east, west, now=clock()).faults
    assert fork.forks(west)[0].ended
    answer = fork.countersign(west, root=roots["west"], now=clock())
    assert answer.body == entry.body
    meet(east, west, clock)
    assert chains(east) == chains(west)
    texts = [each.body.get("text") for each in west.done.entries("east")]
    assert "delivered" in texts
    assert "another past" not in texts
    with pytest.raises(Refusal, match="nothing_to_countersign"):
        fork.countersign(west, root=roots["west"], now=clock())


def test_the_wrong_stick_ends_no_fork_and_sets_nothing_aside(forked, tmp_path, clock):
    east, west, roots = forked
    exchange.carry(east, west, now=clock())
    exchange.carry(west, east, now=clock())
    package, before = exchange.packages.read(fork.give_back(west)), chains(east)
    for stick in (roots["west"], tmp_path / "nothing"):
        with pytest.raises(Refusal, match=r"not_the_root_key|no_root_key"):
            fork.end(east, package, root=stick, now=clock())
    assert chains(east) == before


def test_a_package_that_was_long_on_its_way_shows_a_fork_and_locks_nobody_out(pair, roots, tmp_path, clock):
    """East was set back and signed on before an older package arrived: what west holds is what east goes on from."""
    east, west = pair
    meet(east, west, clock)
    kept = backup_of(east, tmp_path)
    note(east, "sent, and long on its way", clock)
    late = exchange.export(east, now=clock())
    east = restored(east, kept)
    (east.folder / workspace.READ_BACK).unlink()
    note(east, "signed again, and there first", clock)
    assert not exchange.carry(east, west, now=clock()).faults
    assert [fault.fault for fault in exchange.take(west, late, now=clock()).faults] == ["fork"]
    note(east, "goes on", clock)
    assert [fault.fault for fault in exchange.carry(east, west, now=clock()).faults] == ["frozen"]
    fork.name_held(east, root=roots["east"], now=clock())
    assert not exchange.carry(east, west, now=clock()).faults
    assert fork.forks(west)[0].ended
    fork.countersign(west, root=roots["west"], now=clock())
    meet(east, west, clock)
    assert chains(east) == chains(west)


def test_a_chain_that_forked_is_frozen_until_its_root_key_speaks(forked, clock):
    east, west, roots = forked
    exchange.carry(east, west, now=clock())
    honest = opened(east.folder.parent, ["east"])["east"]
    exchange.take(honest, fork.give_back(west), now=clock())
    fork.end(honest, exchange.packages.read(fork.give_back(west)), root=roots["east"], now=clock())
    came = exchange.carry(honest, west, now=clock())
    assert not came.faults
    assert messages().say("fault_frozen", "en", party="east", seq=3) != "fault_frozen"


def test_the_same_with_commands(pair, roots, tmp_path):
    """Root key, hand-over, revocation, give-back and countersigning as an officer types them."""
    east, west = pair
    stick = tmp_path / "keys.json"
    old = east.signer.key.key_id
    made = adjoin("key", "hand-over", "--workspace", east.folder).one
    assert made["key"] == east.signer.key.key_id != old  # who serves pages signs with the new one from now on
    note(east, "by the new key", clock_after)
    meet(east, west, clock_after)
    assert west.keys.get(made["key"]).office == west.keys.get(old).office

    assert adjoin("key", "revoke", "--workspace", east.folder, "--key", made["key"]).status == 2
    gone = adjoin(
        "key", "revoke", "--workspace", east.folder, "--key", made["key"], "--root", roots["east"], "--reason", "lost"
    )
    assert gone.one["revoked"] == made["key"]
    with pytest.raises(Refusal, match="own_key_ended"):
        note(east, "by the lost key", clock_after)
    assert adjoin("key", "hand-over", "--workspace", east.folder, "--root", roots["east"]).status == 0
    note(east, "by the third key", clock_after)
    meet(east, west, clock_after)
    assert west.keys.get(made["key"]).last is not None

    package = tmp_path / "package.zip"
    assert adjoin("exchange", "export", package, "--workspace", east.folder, "--from", "0").status == 0
    stick.write_text(json.dumps(adjoin("keys", "--workspace", west.folder).one))
    checked = adjoin("verify", package, "--keys", stick)
    assert (checked.status, checked.lines) == (0, [])
    back = tmp_path / "back.zip"
    assert adjoin("exchange", "give-back", back, "--workspace", west.folder).status == 0
    assert adjoin("exchange", "import", back, "--workspace", east.folder).one["rejects"] == []
    assert adjoin("fork", "list", "--workspace", east.folder).lines == []
    assert "--root" in adjoin("fork", "end", "--workspace", east.folder).said


def clock_after():
    from datetime import UTC, datetime

    return datetime.now(UTC)


def test_a_hand_over_that_was_cut_off_is_finished_when_the_workspace_is_opened(pair, clock, monkeypatch):
    east, _ = pair
    monkeypatch.setattr(keys, "finish", lambda *_: None)  # the power goes between the entry and the file
    new = keys.hand_over(east, now=clock())
    with pytest.raises(Refusal, match="own_key_ended"):
        note(east, "by the old key", clock)
    monkeypatch.undo()
    again = opened(east.folder.parent, ["east"])["east"]
    assert again.signer.key.key_id == new.key_id
    note(again, "by the new key", clock)


def test_a_root_key_lies_elsewhere_and_there_is_one(pair, tmp_path, clock):
    east, _ = pair
    with pytest.raises(Refusal, match="root_beside_keys"):
        keys.make_root(east, east.folder / "root", now=clock())
    made = keys.make_root(east, tmp_path / "root", now=clock())
    assert (tmp_path / "root").stat().st_mode & 0o077 == 0
    with pytest.raises(Refusal, match="root_exists"):
        keys.make_root(east, tmp_path / "other", now=clock())
    assert keys.root_key(east.keys, "east") == made
    with pytest.raises(Refusal, match="no_root_key"):
        keys.hand_over(east, now=clock(), root=tmp_path / "nowhere")
    said = messages().refusal(Refusal("no_root_key", met="x", found="y"), "zh")
    assert "adjoin trust" in said["do"]
