"""Calculators: any method as a form; what the page answers is what the door answers."""

import json

import pytest

from adjoin.doors import registry
from adjoin.web.pages import compute


@pytest.fixture
def client(pages):
    return pages["sichuan"]


def test_the_list_names_every_method(client):
    shown = client.get("/compute").text
    for method in registry.methods():
        assert f"/compute/{method}" in shown
    assert {line["method"] for _, lines in client.get("/compute.json").json()["domains"] for line in lines} == set(
        registry.methods()
    )


@pytest.mark.parametrize("method", registry.methods())
def test_an_example_loaded_and_sent_gives_the_doors_answer(client, method):
    page = compute.compute(method)
    typed = {field.name: field.value for field in page.fields}
    answered = client.post(f"/compute/{method}", data=typed)
    assert answered.status_code == 200, answered.text[:500]
    case = compute._cases(method)[0]["given"]
    given = {key: value for key, value in case.items() if value is not None}
    expected = json.loads(json.dumps(registry.answer(method, given)))
    assert json.loads(compute.compute(method, typed=typed).answer) == expected


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_field_is_said_beside_the_form_and_nothing_typed_is_lost(client, lang):
    typed = {"observed_h": "[[0, 1], [2, 3]", "base": "0.5"}
    answered = client.post(f"/compute/water.dose?lang={lang}", data=typed)
    assert answered.status_code == 422
    assert 'role="alert"' in answered.text
    assert "[[0, 1], [2, 3]" in answered.text


def test_another_example_can_be_loaded(client):
    assert "朱沱" in client.get("/compute/water.dose?example=1").text
    assert client.get("/compute/water.dose?example=999999").status_code == 200
    assert client.get("/compute/no.such").status_code == 404 or client.get("/compute/no.such").status_code == 422
