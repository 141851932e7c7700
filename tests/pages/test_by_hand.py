"""Packages carried by officers without a shell: exported from one side's page, imported at the other's."""

import base64
import io
import json
import zipfile

import pytest
import rfc8785
from forms import post, sign_in, token_of

from adjoin.loop import demonstrate, hand_over, people, wire

PASSWORD = "a long password"


@pytest.fixture
def chairs(fresh_towns, client_of):
    """A duty officer at either side."""
    clients = {}
    for side, opened in fresh_towns.items():
        people.enrol(opened, f"{side} officer", PASSWORD)
        people.enrol(opened, f"{side} viewer", PASSWORD, role="viewer")
        clients[side] = client_of(opened)
        sign_in(clients[side], f"{side} officer")
    return fresh_towns, clients


def bring(client, data, name="p.zip"):
    files = {"file": (name, data, "application/zip")}
    return client.post("/exchange/import", data={"token": token_of(client, "/exchange")}, files=files)


@pytest.mark.parametrize(("sender", "receiver"), [("west", "east"), ("east", "west")])
def test_a_case_goes_over_on_a_stick_from_either_chair(chairs, clock, sender, receiver):
    pair, clients = chairs
    finding = next(each for each in demonstrate.attribute.findings(pair[sender]) if each.site == "mill-bridge")
    case = hand_over.open_case(
        pair[sender], procedure="joint-sampling", finding=finding.id, by="officer", reason="why", now=clock()
    )
    package = post(clients[sender], "/exchange", "/exchange/export")
    assert package.status_code == 200
    assert package.headers["content-disposition"].startswith(f'attachment; filename="{sender}-')
    assert "entries.jsonl" in zipfile.ZipFile(io.BytesIO(package.content)).namelist()

    taken = bring(clients[receiver], package.content)
    assert (taken.status_code, taken.url.path) == (200, "/exchange")
    assert hand_over.case(pair[receiver], case.id, now=clock()).id == case.id
    before = pair[receiver].done.sizes()
    assert bring(clients[receiver], package.content).status_code == 200  # twice is as once
    assert pair[receiver].done.sizes() == before


def test_a_bad_file_is_refused_with_reasons_and_changes_nothing(chairs):
    pair, clients = chairs
    own = post(clients["west"], "/exchange", "/exchange/export").content
    whole = post(clients["east"], "/exchange", "/exchange/export").content
    before = pair["west"].done.sizes()
    for data, words in ((b"no zip", "不是完好的ZIP文件"), (_changed(whole), "签名"), (own, "本方")):
        refused = bring(clients["west"], data)
        assert refused.status_code == 422
        assert words in refused.text
        assert 'href="/exchange"' in refused.text
    assert pair["west"].done.sizes() == before
    assert "签名" in clients["west"].get("/exchange").text  # the page keeps the reasons


def _changed(package):
    """The same package with one signature exchanged for another text of its length."""
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    line = json.loads(members["entries.jsonl"].splitlines()[0])
    line["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    members["entries.jsonl"] = rfc8785.dumps(line) + b"\n"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return held.getvalue()


def test_a_file_beyond_the_bound_is_refused(chairs, monkeypatch):
    _, clients = chairs
    monkeypatch.setattr(wire, "LARGEST", 1000)
    assert bring(clients["east"], b"0" * 1001).status_code == 422


def test_only_who_may_and_only_with_a_form_of_ours(chairs, client_of):
    pair, clients = chairs
    stranger, viewer = client_of(pair["west"]), client_of(pair["west"])
    assert "/exchange/import" not in stranger.get("/exchange").text
    for client, token in ((stranger, "x"), (clients["west"], "x")):
        assert client.post("/exchange/export", data={"token": token}).status_code == 422
    sign_in(viewer, "west viewer")
    assert post(viewer, "/exchange", "/exchange/export").status_code == 403
    assert bring(viewer, b"x").status_code == 403


def test_heads_and_twins_of_pages(pages, chairs):
    for client in pages.values():
        for path in ("/", "/sections", "/cases.json", "/section/zhutuo", "/healthz"):
            head, got = client.head(path), client.get(path)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-type"] == got.headers["content-type"]
        assert client.head("/nothing").status_code == 404
        assert client.get("/login.json").json()["next"] == "/"
        assert "error" in client.get("/me.json").json()
    _, clients = chairs
    mine = clients["west"].get("/me.json")
    assert (mine.json()["name"], mine.headers["cache-control"]) == ("west officer", "no-store")
    assert not {"secret", "sealed", "address"} & set(mine.json())
