"""The pages of the ledger: chains, exchange, keys, access, quotas; empty, in order, and when something is wrong."""

import json
import re
from datetime import timedelta

import pytest
from forms import sign_in, token_of
from sides import TOWNS

from adjoin.joint import fork as judging
from adjoin.joint import proof
from adjoin.joint.note import read_note
from adjoin.loop import exchange, fork, keys, people, quota, workspace

PAGES = ("ledger", "exchange", "keys", "access", "quotas")


@pytest.mark.parametrize("name", PAGES)
def test_each_page_and_its_twin_in_both_languages(two_workspaces, client_of, name):
    for side, opened in two_workspaces.items():
        client = client_of(opened)
        zh, en = client.get(f"/{name}"), client.get(f"/{name}?lang=en")
        twin = client.get(f"/{name}.json")
        assert (zh.status_code, en.status_code, twin.status_code) == (200, 200, 200), side
        assert re.search(r"[\u4e00-\u9fff]", zh.text)
        assert not re.findall(r"web\.[a-z_.-]+|fault_[a-z_]+", zh.text + en.text), "a sentence is missing"
        said = twin.json()
        assert "parts" not in said or name == "quotas"
        assert said["verdict"]["state"] in {"fine", "unknown", "bad"}


@pytest.mark.parametrize("name", PAGES)
def test_a_new_workspace_says_what_is_missing_and_what_to_do(tmp_path, client_of, clock, name):
    opened = workspace.init(tmp_path / "east", region=TOWNS, party="east", now=clock())
    page = client_of(opened).get(f"/{name}")
    assert page.status_code == 200
    if name == "exchange":
        assert "adjoin trust" in page.text
    if name == "keys":
        assert "adjoin key root" in page.text


def test_both_chains_with_heads_and_proofs_to_take_away(two_workspaces, client_of):
    chongqing, sichuan = two_workspaces["chongqing"], two_workspaces["sichuan"]
    client = client_of(chongqing)
    said = client.get("/ledger.json").json()
    assert [each["party"] for each in said["chains"]] == ["chongqing", "sichuan"]
    for chain in said["chains"]:
        party = chain["party"]
        note = read_note(client.get(f"/ledger/{party}/head").text)
        assert (note.checkpoint.party, note.checkpoint.size) == (party, chain["cosigned"])
        for seq in (0, chain["cosigned"] - 1):
            file = client.get(f"/ledger/{party}/{seq}/proof.json").json()
            shown = proof.shown(file, sichuan.keys)
            assert (shown.entry.party, shown.entry.seq, shown.size) == (party, seq, chain["cosigned"])
            for spoilt in (
                {"index": seq + 1},
                {"path": ["00" * 32]},
                {"note": "x"},
                {"line": file["line"][:-5] + "AAA=}"},
            ):
                assert not isinstance(proof.shown({**file, **spoilt}, sichuan.keys), proof.Shown)
        refused = client.get(f"/ledger/{party}/{chain['size']}/proof.json")
        assert refused.status_code == 422
    assert client.get("/ledger/nobody/head").status_code == 422
    assert client.get("/ledger/fork/1.json").status_code == 422


def test_the_page_says_what_was_refused_why_and_what_waits(fresh_towns, client_of, clock, tmp_path):
    east, west = fresh_towns["east"], fresh_towns["west"]
    stranger = workspace.init(tmp_path / "west", region=TOWNS, party="west", now=clock())
    exchange.take(east, exchange.export(stranger, now=clock()), now=clock())
    east.record("note", {"text": "x"}, now=clock())
    client = client_of(east)
    said = client.get("/exchange.json").json()
    assert said["waiting"][-1]["kind"] == "note"
    assert "签名" in said["refused"][0][1][0]["zh"]
    assert "signature" in client.get("/exchange?lang=en").text
    for sender, receiver in ((east, west), (west, east)) * 2:
        exchange.carry(sender, receiver, now=clock())
    assert client_of(east).get("/exchange.json").json()["verdict"]["state"] == "fine"
    later = client_of(east, clock() + timedelta(days=40)).get("/exchange?lang=en").text
    assert "Nothing was heard of" in later
    assert "on a stick" in later
    fork.went_back(east.folder, "restored")
    lost = client_of(east).get("/exchange?lang=en").text
    assert "give back what it holds of our chain" in lost
    assert client_of(east).get("/exchange.json").json()["verdict"]["state"] == "bad"


def test_the_page_shows_a_fork_and_gives_the_evidence(fresh_towns, client_of, clock):
    east, west = fresh_towns["east"], fresh_towns["west"]
    exchange.carry(east, west, now=clock())
    line = east.done.lines("east")[-1]
    kept = judging.Fork("east", 1, (line, line), ("", ""))
    fork.Forks(west.done).keep("east", 1, clock(), kept.as_json())
    client = client_of(west)
    assert client.get("/ledger.json").json()["verdict"]["state"] == "bad"
    assert "adjoin fork end" in client.get("/ledger").text
    file = judging.Fork.from_json(client.get("/ledger/fork/1.json").json())
    assert judging.judged(file, west.keys) is None  # twice the same line is no fork


def test_keys_ending_ended_and_without_a_root(fresh_towns, client_of, clock, tmp_path):
    east = fresh_towns["east"]
    state = lambda now: client_of(east, now).get("/keys.json").json()["verdict"]["state"]  # noqa: E731  # asked four times
    assert state(clock()) == "unknown"
    keys.make_root(east, tmp_path / "root", now=clock())
    assert state(clock()) == "fine"
    ends = clock() + timedelta(days=60)
    keys.hand_over(east, now=clock(), until=ends)
    assert state(clock()) == "fine"
    assert state(ends - timedelta(days=3)) == "unknown"
    assert state(ends) == "bad"
    said = client_of(east).get("/keys.json").json()["keys"]
    assert {each["state"] for each in said} >= {"replaced", "root", "in_force"}
    assert "private" not in json.dumps(said)


def test_a_quota_from_both_chairs(fresh_towns, client_of, clock):
    east, west = fresh_towns["east"], fresh_towns["west"]
    clients = {}
    for side in (east, west):
        people.enrol(side, "leader", "a long password", role="leader")
        clients[side.party] = client_of(side, clock())
        sign_in(clients[side.party], "leader")

    def post(side, path, **fields):
        client = clients[side.party]
        return client.post(f"/quotas/{path}", data={"token": token_of(client, "/quotas"), **fields})

    def meet():
        for sender, receiver in ((east, west), (west, east)):
            assert not exchange.carry(sender, receiver, now=clock()).faults

    assert post(east, "open", about="HW08", unit="t", mine="60", theirs="x").status_code == 422
    assert post(east, "open", about="HW08", unit="t", mine="60", theirs="40.5").status_code == 200
    name = quota.quotas(east).quotas[0].id
    early = post(east, f"{name}/spend", amount="1")
    assert early.status_code == 422
    assert "尚未" in early.text or "双方" in early.text
    meet()
    assert clients["west"].get("/quotas.json").json()["quotas"][0]["answers"][0]["do"] == ["agree"]
    opened = quota.quotas(west).quotas[0].steps[0].entry
    assert post(west, f"{name}/agree", about=opened).status_code == 200
    meet()
    assert post(east, f"{name}/spend", amount="60.5", about="truck").status_code == 422
    assert post(east, f"{name}/hand", amount="20").status_code == 200
    meet()
    (waiting,) = clients["west"].get("/quotas.json").json()["quotas"][0]["answers"]
    assert post(west, f"{name}/accept", about=waiting["entry"]).status_code == 200
    assert post(west, f"{name}/spend", amount="60.5", about="truck 7").status_code == 200
    meet()
    pages = [clients[side].get("/quotas.json").json()["quotas"] for side in ("east", "west")]
    parts = {part["party"]: (part["held"], part["spent"]) for part in pages[0][0]["parts"]}
    assert parts == {"east": ("40", "0"), "west": ("0.0", "60.5")}
    assert {part["party"]: part["held"] for part in pages[1][0]["parts"]} == {p: held for p, (held, _) in parts.items()}
    people.enrol(east, "leader", "a long password", role="viewer")
    assert post(east, f"{name}/spend", amount="1").status_code == 403
