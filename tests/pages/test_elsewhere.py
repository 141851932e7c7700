"""Signing in at an identity service: our own issuer on a real server; what is forged, old or not ours is refused."""

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from adjoin.loop import people
from adjoin.store.people_access import SignIns

KEY, OTHER = (ECKey.generate_key("P-256", {"kid": name}) for name in ("one", "two"))


class Issuer(BaseHTTPRequestHandler):
    """An OpenID Connect issuer that does what its `spoil` says."""

    def do_GET(self):
        here = self.server.here
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/.well-known/openid-configuration":
            told = {
                "issuer": self.server.spoil.get("issuer", here), "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token", "jwks_uri": f"{here}/jwks",
            }  # fmt: skip
            self._say(told)
        elif path == "/jwks":
            self._say({"keys": [KEY.as_dict(private=False)]})
        elif path == "/authorize":
            self.server.asked = {name: values[0] for name, values in query.items()}
            code = f"code-{len(self.server.codes)}"
            self.server.codes[code] = self.server.asked
            self.send_response(303)
            self.send_header(
                "Location", f"{self.server.asked['redirect_uri']}?code={code}&state={self.server.asked['state']}"
            )
            self.end_headers()

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        asked = self.server.codes.pop(form["code"], None)
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        )
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            self._say({"error": "invalid_grant"}, 400)
            return
        spoil = self.server.spoil
        claims = {
            "iss": self.server.here, "aud": "adjoin", "sub": "u-17", "nonce": asked["nonce"], "name": "李",
            "iat": int(time.time()), "exp": int(time.time()) + 300, **spoil.get("claims", {}),
        }  # fmt: skip
        token = jwt.encode({"alg": "ES256", "kid": "one"}, claims, spoil.get("key", KEY))
        self._say({"access_token": "x", "token_type": "Bearer", "id_token": spoil.get("token", token)})

    def _say(self, value, status=200):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@contextmanager
def issuer():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
    server.here, server.spoil, server.codes = f"http://127.0.0.1:{server.server_port}", {}, {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def place(fresh_towns, client_of):
    """East signs in elsewhere; the identity u-17 is tied to Li."""
    east = fresh_towns["east"]
    with issuer() as server:
        with (east.folder / "workspace.toml").open("a") as file:
            file.write(f'[oidc]\nissuer = "{server.here}"\nclient_id = "adjoin"\n')
        people.enrol(east, "Li", "a long password", role="inspector")
        SignIns(east.done).tie(server.here, "u-17", "Li")
        yield server, client_of(east, follow_redirects=False)


def there_and_back(client):
    import httpx

    left = client.get("/login/elsewhere?next=/cases")
    assert left.status_code == 303
    returned = httpx.get(left.headers["Location"]).headers["Location"]
    return client.get(returned.replace("http://testserver", ""))


def test_who_comes_back_is_the_account_that_the_identity_is_tied_to(place):
    server, client = place
    assert "统一身份认证" in client.get("/login").text
    answer = there_and_back(client)
    assert answer.status_code == 200
    assert "/cases" in answer.text
    page = client.get("/").text
    assert "Li" in page
    assert server.asked["code_challenge_method"] == "S256"
    assert client.app.state.site.ws.done.person("Li")["role"] == "inspector"


BAD = {
    "another issuer's token": {"claims": {"iss": "http://other"}},
    "a token for another system": {"claims": {"aud": "other"}},
    "a token for another sign-in": {"claims": {"nonce": "other"}},
    "a token that has expired": {"claims": {"exp": 1}},
    "a token signed by another key": {"key": OTHER},
    "a token without a signature": {"token": "eyJhbGciOiJub25lIn0.e30."},
    "no token": {"token": "x"},
    "an issuer that calls itself another": {"issuer": "http://other"},
}


@pytest.mark.parametrize("how", BAD)
def test_what_is_forged_old_or_anothers_is_refused(place, how):
    server, client = place
    left = client.get("/login/elsewhere")
    server.spoil = BAD[how]
    import httpx

    returned = httpx.get(left.headers["Location"]).headers["Location"]
    answer = client.get(returned.replace("http://testserver", ""))
    assert answer.status_code == 422
    assert server.here in answer.text
    assert "登录后" in client.get("/").text or "/login" in client.get("/").text


def test_an_answer_that_this_browser_did_not_ask_for(place):
    _, client = place
    client.get("/login/elsewhere")
    for query in ("code=x&state=y", "code=x", "state=y", ""):
        assert client.get(f"/login/back?{query}").status_code == 422
    client.cookies.clear()
    assert client.get("/login/back?code=x&state=").status_code == 422


def test_an_identity_that_nobody_tied_may_do_nothing(place):
    server, client = place
    server.spoil = {"claims": {"sub": "u-18"}}
    answer = there_and_back(client)
    assert answer.status_code == 422
    assert "u-18" in answer.text


def test_where_it_is_not_set_up_there_is_no_such_page(fresh_towns, client_of):
    client = client_of(fresh_towns["west"])
    assert client.get("/login/elsewhere").status_code == 404
    assert "统一身份认证" not in client.get("/login").text
