"""Every method over HTTP, without a socket."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from adjoin.web import compute

WAVE = {"observed_h": [[0, 1], [2, 3]], "base": 1}


@pytest.fixture(scope="module")
def client():
    app = FastAPI()
    app.include_router(compute.router)
    return TestClient(app)


def test_a_question_and_its_answer(client):
    answer = client.post("/api/compute/water.dose", json=WAVE)
    assert (answer.status_code, answer.json()) == (200, {"dose": 2.0})


@pytest.mark.parametrize(("path", "data", "kind"), [
    ("water.dose", b"{}", "missing_key"), ("water.dose", b"nonsense", "not_json"), ("water.dose", b"\xff", "not_utf8"),
    ("water.nope", b"{}", "unknown_method"), ("water.dose", b" " * (compute.LARGEST + 1), "too_large"),
])  # fmt: skip
def test_a_refused_question_is_422_an_unknown_method_404_with_the_error_object(client, path, data, kind):
    answer = client.post(f"/api/compute/{path}?lang=en", content=data)
    assert answer.status_code == (404 if kind == "unknown_method" else 422)
    assert answer.json()["error"]["kind"] == kind


def test_the_list_explains_every_method(client):
    told = client.get("/api/compute?lang=en").json()["methods"]
    assert told["water.dose"]["formula"].startswith("D = ")
    assert client.get("/api/compute?lang=fr").status_code == 422
