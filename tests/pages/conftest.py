"""The pages of both sides, asked without a socket."""

import warnings
from datetime import datetime

import pytest

from adjoin.core.period import ZONE
from adjoin.web.app import create

warnings.filterwarnings("ignore", message="Using `httpx` with")
from fastapi.testclient import TestClient  # noqa: E402  # after its warning is silenced

AFTERNOON = datetime(2026, 9, 4, 15, tzinfo=ZONE)


@pytest.fixture(scope="session")
def client_of():
    """The pages of a workspace, at a time; each client is a browser of its own."""

    def made(workspace, now=AFTERNOON, **more):
        return TestClient(create(workspace.folder, clock=lambda: now), **more)

    return made


@pytest.fixture(scope="session")
def pages(two_workspaces, client_of):
    return {party: client_of(workspace) for party, workspace in two_workspaces.items()}


@pytest.fixture(scope="session")
def addresses(pages):
    """Every page of a workspace that has gone once round the loop."""
    overview = pages["chongqing"].get("/overview.json").json()
    things = [line["href"] for line in (*overview["findings"], *overview["cases"])]
    series = ["/evidence/series/zhutuo/TP", "/evidence/series/gaodong/w01009?period=2026-08-31"]
    asked = ["/scenario?place1=gaodong&kg1=-500", "/matrix?decay=0.1"]
    plain = ["/", "/sections", "/cases", "/rules", "/data", "/section/zhutuo", "/section/gaodong"]
    return [*plain, *asked, *things, *series]
