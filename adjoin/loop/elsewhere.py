"""Signing in at another place: the government's own identity service, by OpenID Connect with PKCE.

    workspace.toml   [oidc]  issuer, client_id, secret_file (optional), scope (optional)

The answer is believed only where its token is signed by a key of the issuer, made for this system, for this request
(nonce) and not expired. Who somebody is there says nothing of what they may do here: the identity is tied to an
account, and the account has the role.
"""

import base64
import hashlib
import json
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from adjoin.core.refusal import Refusal
from adjoin.loop import people
from adjoin.loop.people import Person
from adjoin.loop.workspace import Workspace
from adjoin.store.people_access import SignIns

ALGORITHMS = ["RS256", "ES256", "EdDSA", "Ed25519"]
LEEWAY_S = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """Where people sign in elsewhere."""

    issuer: str
    client_id: str
    secret: str
    scope: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: where the browser goes, and what it has to bring back."""

    address: str
    state: str
    nonce: str
    verifier: str


def settings(workspace: Workspace) -> Settings | None:
    """Where people sign in elsewhere, where that is set up."""
    said = tomllib.loads((workspace.folder / "workspace.toml").read_text("utf-8")).get("oidc")
    if not isinstance(said, Mapping):
        return None
    file = said.get("secret_file")
    secret = (workspace.folder / str(file)).read_text("utf-8").strip() if file else ""
    return Settings(str(said["issuer"]), str(said["client_id"]), secret, str(said.get("scope", "openid")))


def begin(where: Settings, back: str) -> Begun:
    """A sign-in begins: the address of the issuer with everything that binds the answer to this browser.

    back : the address to come back to
    """
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": where.client_id,
        "redirect_uri": back,
        "scope": where.scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    told = _about(where)
    return Begun(f"{told['authorization_endpoint']}?{urlencode(asked)}", state, nonce, verifier)


def end(
    workspace: Workspace, where: Settings, begun: Mapping[str, str], answer: Mapping[str, str], back: str
) -> Person:
    """Who came back: the person of the account that the identity is tied to.

    begun : state, nonce and verifier as they were given to this browser
    answer : what the browser brought: state and code
    """
    if not begun.get("state") or answer.get("state") != begun["state"] or not answer.get("code"):
        raise _failed(where, "state")
    token = _token(where, answer["code"], begun["verifier"], back)
    claims = _claims(where, token, begun["nonce"])
    name = SignIns(workspace.done).name_of(where.issuer, str(claims["sub"]))
    person = None if name is None else people.person(workspace, name)
    if person is None:
        raise Refusal("no_account_for", met=f"{claims.get('name', '')} {claims['sub']}".strip())
    return person


def _token(where: Settings, code: str, verifier: str, back: str) -> str:
    """The signed token for a code; asked for by this system itself, not through the browser."""
    from authlib.integrations.httpx_client import OAuth2Client

    told = _about(where)
    method = "client_secret_basic" if where.secret else "none"
    with OAuth2Client(where.client_id, where.secret or None, token_endpoint_auth_method=method, timeout=10) as client:
        try:
            found = client.fetch_token(told["token_endpoint"], code=code, code_verifier=verifier, redirect_uri=back)
            return str(found["id_token"])
        except Exception as error:
            raise _failed(where, type(error).__name__) from error


def _claims(where: Settings, token: str, nonce: str) -> dict[str, Any]:
    """What the token says, where the issuer signed it, for us, for this request, and it has not expired."""
    keys = KeySet.import_key_set(_get(where, str(_about(where)["jwks_uri"])))  # type: ignore[arg-type]  # as the issuer gives it
    try:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": where.issuer},
            aud={"essential": True, "value": where.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        rules.validate(claims)
    except (JoseError, ValueError) as error:
        raise _failed(where, type(error).__name__) from None
    return dict(claims)


def _about(where: Settings) -> Mapping[str, Any]:
    told = _get(where, f"{where.issuer.rstrip('/')}/.well-known/openid-configuration")
    if told.get("issuer") != where.issuer:
        raise _failed(where, "issuer")
    return told


def _get(where: Settings, address: str) -> Mapping[str, Any]:
    import httpx

    try:
        answer = httpx.get(address, timeout=10)
        answer.raise_for_status()
        found: Mapping[str, Any] = answer.json()
    except (httpx.HTTPError, json.JSONDecodeError) as error:
        raise _failed(where, type(error).__name__) from None
    return found


def _failed(where: Settings, met: str) -> Refusal:
    return Refusal("sign_in_elsewhere_failed", met=met, issuer=where.issuer)
