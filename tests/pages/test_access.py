"""Every cell of the table of access; and that the forms ask it."""

import re
from datetime import timedelta
from itertools import product

import pyotp
import pytest
from fastapi.routing import APIRoute
from forms import sign_in, token_of
from sides import TOWNS, Clock, prepared

from adjoin.core.refusal import Refusal
from adjoin.joint.access import OFFICES, PARTIES, Access, Cell
from adjoin.loop import access, people, second_factor

# who of our own office may, by hand: v viewer, d duty officer, i inspector, l leader, a administrator, 0 not signed in
OWN = """
page read any            0vdila
case open open           dil
case move open           dil
message open any         dl
agreement claim any      dil
agreement dispute any    dil
draw propose any         dil
draw step any            dil
white-list propose any   dl
white-list agree any     dl
white-list apply any     dl
coverage open any        dil
coverage finding any     dil
coverage maintenance any dil
register pair any        dil
register add any         dil
register import any      dil
answer keep any          dil
answer open any          dil
answer again any         dil
sharing give any         dl
sharing step any         dl
job cancel any           dil
job again any            dil
job keep any             dil
exchange export any      dl
exchange import any      dl
quota open proposed      l
quota agree proposed     l
quota hand agreed        l
quota accept agreed      l
quota decline agreed     l
quota take-back agreed   l
quota spend agreed       dl
quota return agreed      dl
telemetry look any       vdila
telemetry ask any        dil
account list any         a
account enrol any        a
own-account sign-out any vdila
own-account second-factor any vdila
other act any            dil
"""
ANOTHER = {"page", "register", "job", "telemetry", "own-account"}  # what another office of this side may as well
LETTERS = {"0": "visitor", "v": "viewer", "d": "duty-officer", "i": "inspector", "l": "leader", "a": "administrator"}
CROSSING = {("entry", "receive", "any"), ("series", "receive", "cited")}  # all that the other side gets


@pytest.fixture(scope="module")
def table(towns):
    return access.access(towns["east"])


def expected():
    allowed = set()
    for line in OWN.strip().splitlines():
        *words, letters = line.split()
        name, action, state = words
        for letter in letters:
            for office in OFFICES if name in ANOTHER else OFFICES[:1]:
                allowed.add(Cell("own", office, LETTERS[letter], action, name, state))
    for (name, action, state), office, role in product(CROSSING, OFFICES, LETTERS.values()):
        allowed.add(Cell("other", office, role, action, name, state))
    return allowed


def test_every_cell_is_as_the_table_by_hand_says(table):
    cells, allowed = list(table.cells()), expected()
    assert allowed <= set(cells)
    wrong = [cell for cell in cells if table.allows(cell) is not (cell in allowed)]
    assert wrong == []
    assert len(cells) == len(set(cells)) > 900
    print(f"{len(cells)} cells, {len(allowed)} allowed; as printed:")
    for name, action, state, party, office, may in table.printed():
        if any(may):
            roles = " ".join(role for role, yes in zip(table.roles, may, strict=True) if yes)
            print(f"  {party:5} {office:7} {name} {action} {state}: {roles}")


def test_nothing_crosses_but_what_is_named(table):
    across = {
        (cell.object, cell.action, cell.state)
        for cell in table.cells()
        if cell.party == PARTIES[1] and table.allows(cell)
    }
    assert across == CROSSING


@pytest.mark.parametrize("field", ["party", "office", "role", "action", "object", "state"])
def test_what_the_table_does_not_know_it_denies(table, field):
    known = {"party": "own", "office": "own", "role": "leader", "action": "move", "object": "case", "state": "open"}
    assert table.allows(Cell(**known))
    assert not table.allows(Cell(**{**known, field: "something"}))


@pytest.mark.parametrize(
    "change",
    [
        {"allow": [{"party": "own", "office": "own", "roles": ["king"], "object": "page", "actions": ["read"]}]},
        {"allow": [{"party": "own", "office": "own", "roles": ["leader"], "object": "page", "actions": ["burn"]}]},
        {"allow": [{"party": "third", "office": "own", "roles": [], "object": "page", "actions": ["read"]}]},
        {"forms": {"/x": ["page", "burn"]}},
        {"forms": {"/x": ["castle", "read"]}},
        {"vocabulary": {}},
        {"allow": None},
    ],
)
def test_a_table_with_a_wrong_word_is_refused(change):
    said = {
        "vocabulary": {"roles": ["leader"], "objects": {"page": {"actions": ["read"]}}},
        "allow": [], "forms": {}, "free": [],
    }  # fmt: skip
    assert not any(any(line[-1]) for line in Access.of(said).printed())
    with pytest.raises(Refusal, match="bad_access"):
        Access.of({**said, **change})


def forms_of(client):
    for route in walk(client.app.routes):
        if isinstance(route, APIRoute) and route.methods & {"POST", "PUT", "DELETE", "PATCH"}:
            yield route


def walk(routes):
    for route in routes:
        yield route
        yield from walk(
            getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None) or []
        )


def test_every_form_is_in_the_table(pages, table):
    addresses = {route.path for route in forms_of(pages["chongqing"])}
    assert len(addresses) > 8
    unlisted = {address for address in addresses if address not in table.forms and address not in table.free}
    assert unlisted == set(), f"add a line to adjoin/data/access.yaml for {sorted(unlisted)}"


ROLES = tuple(LETTERS.values())[1:]


@pytest.fixture(scope="module")
def served(tmp_path_factory, client_of):
    east = prepared(tmp_path_factory.mktemp("access"), TOWNS, Clock())["east"]
    clients = {}
    for role in ROLES:
        people.enrol(east, role, "a long password", role=role)
        clients[role] = client_of(east)
        assert sign_in(clients[role], role).url.path == "/"
    return east, clients


@pytest.mark.parametrize("role", ROLES)
def test_every_form_asks_the_table_before_it_does_anything(served, table, role):
    east, clients = served
    client, asked = clients[role], 0
    token = token_of(client, "/")
    for route in forms_of(client):
        if route.path in table.free or route.path == "/logout" or route.path not in table.forms:
            continue
        path = re.sub(r"\{[^}]+\}", "x", route.path)
        fields = {field.alias or field.name: "x" for field in route.dependant.body_params} | {"token": token}
        name, action = table.of_form(route.path)
        may = table.allows(Cell("own", "own", role, action, name, table.objects[name][1][0]))
        before = east.done.version()
        answer = client.post(path, data=fields)
        if not may:
            assert answer.status_code in {403, 404, 422}, (role, route.path)
            assert answer.status_code != 200
            assert east.done.version() == before
            asked += answer.status_code == 403
        else:
            assert answer.status_code != 403, (role, route.path, answer.text[-300:])
    assert asked > 0 or role in {"leader", "duty-officer", "inspector"}


def test_who_lost_the_role_loses_it_at_once(served):
    east, clients = served
    people.enrol(east, "leader", "a long password", role="viewer")
    client = clients["leader"]
    answer = client.post("/finding/x/open", data={"token": token_of(client, "/"), "procedure": "x", "reason": "x"})
    people.enrol(east, "leader", "a long password", role="leader")
    assert answer.status_code == 403
    assert "viewer" in answer.text


def test_a_second_factor_is_asked_for_and_each_code_works_once(fresh_towns, client_of, clock):
    east = fresh_towns["east"]
    people.enrol(east, "Li", "a long password")
    secret, now = second_factor.draw(), clock()
    with pytest.raises(Refusal, match="code_wrong"):
        second_factor.enable(east, "Li", secret, "000000x", now=now)
    second_factor.enable(east, "Li", secret, pyotp.TOTP(secret).at(now), now=now)
    later = now + timedelta(minutes=2)
    client = client_of(east, later)
    assert "验证码" in sign_in(client, "Li").text
    assert sign_in(client, "Li", code="123 456").status_code == 422
    code = pyotp.TOTP(secret).at(later)
    assert sign_in(client, "Li", code=f"{code[:3]} {code[3:]}").url.path == "/"
    assert sign_in(client_of(east, later), "Li", code=code).status_code == 422  # used before
    assert (
        sign_in(client_of(east, later), "Li", code=pyotp.TOTP(secret).at(later - timedelta(minutes=5))).status_code
        == 422
    )
    second_factor.disable(east, "Li")
    assert sign_in(client_of(east, later), "Li").url.path == "/"
    assert secret in second_factor.address(east, "Li", secret)


def test_a_person_switches_the_second_factor_on_and_off(fresh_towns, client_of, clock):
    east = fresh_towns["east"]
    people.enrol(east, "Li", "a long password")
    now = clock()
    client = client_of(east, now)
    asked = client.get("/me")
    assert (asked.url.path, dict(asked.url.params)["next"]) == ("/login", "/me")
    sign_in(client, "Li")
    page = client.get("/me").text
    secret, sealed = (
        re.search(form, page)[1] for form in (r'<p class="mono">([A-Z2-7]+)<', r'name="sealed" value="([^"]+)"')
    )
    data = {"token": token_of(client, "/me"), "sealed": sealed}
    assert client.post("/me/second-factor", data={**data, "code": "000000"}).status_code in {200, 422}
    code = pyotp.TOTP(secret).at(now)
    assert (
        client.post("/me/second-factor", data={**data, "code": code, "sealed": sealed[:-3] + "abc"}).status_code == 422
    )
    assert client.post("/me/second-factor", data={**data, "code": code}).url.path == "/me"
    assert second_factor.enabled(east, "Li")
    assert client.post("/me/second-factor", data={**data, "code": code}).status_code == 422  # used once already
    later = client_of(east, now + timedelta(minutes=1))
    code = pyotp.TOTP(secret).at(now + timedelta(minutes=1))
    sign_in(later, "Li", code=code)
    later = client_of(east, now + timedelta(minutes=2), cookies=later.cookies)
    code = pyotp.TOTP(secret).at(now + timedelta(minutes=2))
    assert later.post("/me/second-factor", data={"token": token_of(later, "/me"), "code": code}).status_code == 200
    assert not second_factor.enabled(east, "Li")


def test_guessing_is_slowed_down_from_many_places_too(served, monkeypatch):
    _, clients = served
    site = clients["viewer"].app.state.site
    door, now = site.door, site.clock()
    li = people.Person("Li", "east", "office", "viewer", demonstration=False)
    monkeypatch.setattr(people, "sign_in", lambda _, __, password: li if password == "a long password" else None)
    for n in range(30):
        with pytest.raises(Refusal, match="sign_in_refused"):
            door.sign_in("Li", "wrong", f"10.0.0.{n}", now)
    with pytest.raises(Refusal, match="too_many_tries"):
        door.sign_in("Li", "a long password", "10.0.1.1", now)
    assert door.sign_in("Li", "a long password", "10.0.1.1", now + timedelta(minutes=6)).name == "Li"


def test_an_account_has_a_role_that_the_table_knows(fresh_towns):
    east = fresh_towns["east"]
    with pytest.raises(Refusal, match="unknown_role"):
        access.enrol(east, "Li", "a long password", role="visitor")
    with pytest.raises(Refusal, match="no_identity_service"):
        access.enrol(east, "Li", "a long password", role="leader", identity="u-1")
    assert people.person(east, "Li") is None
    assert access.enrol(east, "Li", "a long password", role="leader").role == "leader"
