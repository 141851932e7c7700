"""Who acts: a signed cookie after signing in, a token in every form, a limit on guesses.

Reading needs none of this. The cookie carries the name of the party, so that two sides served by one machine
do not sign each other out.
"""

import os
import secrets
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore, Lock

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from adjoin.core.refusal import Refusal
from adjoin.loop import people, second_factor
from adjoin.loop.people import Person
from adjoin.loop.workspace import Workspace

AGE_S = 12 * 3600
TRIES = 5  # of one name from one place
TRIES_OF_ALL = 30  # of one name from all places
WINDOW_S = 300
WRONG = frozenset({"sign_in_refused", "code_needed", "code_wrong"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who signed in."""

    name: str
    party: str
    office: str
    role: str
    demonstration: bool
    nonce: str


class Door:
    """Signs people in and out, and tells a form that was shown here from one that was not."""

    def __init__(self, ws: Workspace) -> None:
        secret = _secret(ws.folder / "web.secret")
        self._ws = ws
        self._session = URLSafeTimedSerializer(secret, salt="session")
        self._token = URLSafeSerializer(secret, salt="form")
        self._cookie = f"adjoin_{ws.party}"
        self._hashing = BoundedSemaphore(2)  # a password costs memory and half a second to check
        self._guesses = Guesses()

    def reader(self, request: Request) -> Reader | None:
        """Who is signed in."""
        sealed = request.cookies.get(self._cookie, "")
        try:
            facts = self._session.loads(sealed, max_age=AGE_S)
        except BadSignature:
            return None
        return Reader(**facts)

    def sign_in(self, name: str, password: str, origin: str, now: datetime, *, code: str = "") -> Reader:
        """The reader behind a name, a password and where there is a second factor its code.

        Too many wrong ones are refused for a while: by name from one place, and by name from all places together.
        """
        at, keys = now.timestamp(), ((origin, name), ("", name))
        for key, tries in zip(keys, (TRIES, TRIES_OF_ALL), strict=True):
            self._guesses.check(key, at, tries)
        try:
            return self.of_person(self._person(name, password, code, now))
        except Refusal as refusal:
            for key in keys if refusal.kind in WRONG else ():  # a database that is away is nobody's guess
                self._guesses.wrong(key, at)
            raise

    def _person(self, name: str, password: str, code: str, now: datetime) -> Person:
        with self._hashing:
            person = people.sign_in(self._ws, name, password)
        if person is None:
            raise Refusal("sign_in_refused", met=name)
        second_factor.check(self._ws, name, code, now=now)
        return person

    @staticmethod
    def of_person(person: Person) -> Reader:
        """The reader that a person is from now on."""
        return Reader(
            person.name, person.party, person.office, person.role, person.demonstration, secrets.token_urlsafe(12)
        )

    def seal(self, facts: Mapping[str, str]) -> str:
        """Some facts that a browser carries and cannot change."""
        return str(self._session.dumps(dict(facts)))

    def unseal(self, sealed: str, age: int) -> Mapping[str, str]:
        """The facts that a browser carried, where they are ours and not older than some seconds; else none."""
        try:
            found: Mapping[str, str] = self._session.loads(sealed, max_age=age)
        except BadSignature:
            return {}
        return found

    def remember(self, response: Response, reader: Reader) -> None:
        """Lets the browser carry who it is."""
        sealed = self._session.dumps(asdict(reader))
        response.set_cookie(self._cookie, str(sealed), max_age=AGE_S, httponly=True, samesite="strict")

    def forget(self, response: Response) -> None:
        """Signs out."""
        response.delete_cookie(self._cookie)

    def visitor(self, request: Request) -> str:
        """What a browser that has not signed in is known by, for the token of the sign-in form."""
        return request.cookies.get(f"{self._cookie}_visit", "") or secrets.token_urlsafe(12)

    def welcome(self, response: Response, visitor: str) -> None:
        """Lets the browser carry its visit."""
        response.set_cookie(f"{self._cookie}_visit", visitor, max_age=AGE_S, httponly=True, samesite="strict")

    def token(self, holder: str) -> str:
        """What a form carries to show that it was shown here to this browser."""
        return str(self._token.dumps(holder))

    def check(self, token: str, holder: str) -> None:
        """Refuses a form that was not shown here to this browser."""
        try:
            held = self._token.loads(token)
        except BadSignature:
            held = None
        if not holder or held != holder:
            raise Refusal("form_not_ours")


class Guesses:
    """How often a name was tried wrongly from one place within the last minutes."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def check(self, key: tuple[str, str], at: float, tries: int = TRIES) -> None:
        """Refuses where it was too often."""
        with self._lock:
            times = self._times.get(key, deque())
            while times and times[0] < at - WINDOW_S:
                times.popleft()
            if len(times) >= tries:
                raise Refusal("too_many_tries", met=len(times), wait=int(times[0] + WINDOW_S - at) + 1)

    def wrong(self, key: tuple[str, str], at: float) -> None:
        """One more wrong one."""
        with self._lock:
            if len(self._times) > 10_000:
                self._times.clear()
            self._times[key].append(at)


def _secret(path: Path) -> str:
    """The workspace's own secret, made on first use and readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text()
