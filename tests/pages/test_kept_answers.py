"""A kept answer has one address on both sides; each computes it again, and what it raises becomes a case."""

import io
import json

import pytest
from forms import sign_in, token_of
from pypdf import PdfReader

from adjoin.core.refusal import Refusal
from adjoin.doors import cases, registry
from adjoin.loop import answers, demonstrate, hand_over, people
from adjoin.web import asked

METHOD = "land.soil_farm"


@pytest.fixture
def chairs(fresh_towns, client_of):
    """Both sides of the made-up pair, each with an officer who signed in."""
    clients = {}
    for side, workspace in fresh_towns.items():
        people.enrol(workspace, f"{side} officer", "a long password")
        clients[side] = client_of(workspace)
        assert sign_in(clients[side], f"{side} officer").url.path == "/"
    return fresh_towns, clients


def keep(client, method=METHOD, number=3):
    given = {key: value for key, value in cases.given(method)[number].items() if value is not None}
    token = token_of(client, f"/compute/{method}")
    return client.post(f"/compute/{method}", data={**asked.typed(given), "out": "keep", "token": token})


def state(client, address):
    return client.get(f"{address}.json").json()["state"]["say"]["en"]


def test_kept_by_one_side_and_computed_again_by_the_other(chairs, clock):
    pair, clients = chairs
    first, second = clients.values()
    kept = keep(first)
    address = kept.url.path
    assert (kept.status_code, address.startswith("/answers/")) == (200, True)
    assert state(first, address) == "Computed again here: the same."
    assert "未送达" in kept.text
    assert "Both(" not in kept.text
    assert second.get(address).status_code == 404

    demonstrate.meet(pair, clock=clock)

    assert state(second, address) == "Computed again here: the same."
    theirs, ours = (client.get(f"{address}.json").json() for client in (second, first))
    assert (theirs["answer"], theirs["given"]) == (ours["answer"], ours["given"])
    assert "未送达" not in first.get(address).text
    assert [line["fingerprint"] for line in second.get("/answers.json").json()["lines"]] == [address.rpartition("/")[2]]


def test_the_same_answer_is_kept_once_and_a_stranger_keeps_nothing(chairs, client_of):
    pair, clients = chairs
    side, client = next(iter(clients.items()))
    assert keep(client).url.path == keep(client).url.path
    assert len(answers.kept(pair[side])) == 1
    given = asked.typed(cases.given(METHOD)[0])
    refused = client_of(pair[side]).post(f"/compute/{METHOD}", data={**given, "out": "keep"})
    assert refused.status_code == 422
    assert len(answers.kept(pair[side])) == 1


def test_a_side_whose_code_gives_something_else_says_so_with_both_values(chairs, clock):
    pair, clients = chairs
    side, other = pair
    workspace = pair[side]
    given = {"mass_kg": 1}
    name = answers.keep(workspace, "core.round_half_even", given, {"rounded": "0.4"}, by="x", now=clock())
    demonstrate.meet(pair, clock=clock)
    kept = answers.one(pair[other], name)
    again = answers.again(pair[other], kept, lambda *_: {"rounded": "0.3", "more": 1})
    assert again.same is False
    assert again.differences == (("rounded", '"0.4"', '"0.3"'), ("more", "null", "1"))
    shown = clients[other].get(f"/answers/{name}?lang=en").text  # here the door refuses the question altogether
    assert "This side&#39;s code refuses the question" in shown


def test_a_difference_is_shown_in_the_page(chairs, clock):
    pair, clients = chairs
    side, other = pair
    given = cases.given("core.round_half_even")[0]
    name = answers.keep(pair[side], "core.round_half_even", given, {"rounded": "9.9"}, by="x", now=clock())
    demonstrate.meet(pair, clock=clock)
    shown = clients[other].get(f"/answers/{name}.json").json()
    assert shown["state"]["state"] == "bad"
    right = registry.answer("core.round_half_even", given)["rounded"]
    assert shown["differences"] == [{"key": "rounded", "kept": '"9.9"', "here": json.dumps(right)}]


def test_a_question_too_large_to_sign_is_refused_and_nothing_is_kept(fresh_towns, clock):
    workspace = next(iter(fresh_towns.values()))
    with pytest.raises(Refusal) as refused:
        answers.keep(workspace, "water.ph_mean", {"values": ["7.00"] * 60_000}, {"mean": 7.0}, by="x", now=clock())
    assert refused.value.kind == "question_too_large"
    assert answers.kept(workspace) == ()


def test_the_answer_survives_and_a_spoilt_claim_is_left_aside(fresh_towns, clock):
    workspace = next(iter(fresh_towns.values()))
    name = answers.keep(workspace, "water.dose", {"base": 1}, {"dose": 2.0}, by="x", now=clock())
    workspace.record("claim", {"claim": "answer", "method": "water.dose", "given": "[" * 50_000}, now=clock())
    workspace.record("claim", {"claim": "answer", "given": 5}, now=clock())
    workspace.record("claim", {"claim": "finding", "finding": 7}, now=clock())
    assert [each.fingerprint for each in answers.kept(workspace)] == [name]
    assert answers.findings(workspace) == ()
    assert json.loads((workspace.folder / "answers" / f"{name}.json").read_text()) == {"dose": 2}


def test_a_finding_is_raised_and_its_case_goes_its_way_on_both_sides(chairs, clock):
    pair, clients = chairs
    side, other = pair
    client = clients[side]
    address = keep(client).url.path
    shown = client.get(f"{address}.json").json()
    (finding,) = shown["findings"]
    assert (finding["key"], finding["raised"]) == ("finding.soil_farm", False)
    token = token_of(client, address)
    said = {"key": finding["key"], "at": other, "procedure": "joint-inspection", "token": token, "reason": "超筛选值"}
    opened = client.post(f"{address}/open", data=said)
    assert (opened.status_code, opened.url.path.startswith("/case/")) == (200, True)
    assert "农用地土壤超筛选值" in opened.text
    assert "留存的答案" in opened.text

    demonstrate.meet(pair, clock=clock)

    (case,) = [each for each in hand_over.cases(pair[other], now=clock()) if each.finding]
    assert case.finding == answers.finding_id(address.rpartition("/")[2], "finding.soil_farm")
    theirs = clients[other].get(f"/case/{case.id}")
    assert (theirs.status_code, f"/answers/{address.rpartition('/')[2]}" in theirs.text) == (200, True)
    assert clients[other].get(f"/finding/{case.finding}").url.path == address
    accepted = hand_over.move(pair[other], case.id, "accept", by="x", now=clock())
    assert accepted.steps[-1].move == "accept"
    assert clients[other].get(f"{address}.json").json()["cases"][0]["id"] == case.id


def test_what_an_answer_does_not_say_cannot_be_raised(chairs):
    _, clients = chairs
    client = next(iter(clients.values()))
    address = keep(client).url.path
    said = {"key": "finding.gamma", "at": "x", "procedure": "joint-inspection", "token": token_of(client, address)}
    assert client.post(f"{address}/open", data={**said, "reason": "r"}).status_code == 422


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_kept_answer_is_printed_and_saved(chairs, lang):
    _, clients = chairs
    client = next(iter(clients.values()))
    address = keep(client).url.path
    paper = PdfReader(io.BytesIO(client.get(f"{address}.pdf?lang={lang}").content)).pages[0].extract_text()
    assert ("一致" if lang == "zh" else "the same") in paper
    assert client.get(f"{address}.xlsx").content[:2] == b"PK"
    assert "land_class" in client.get(f"{address}.csv").text
    assert client.get("/answers/" + "0" * 64).status_code == 404
