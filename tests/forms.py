"""Forms as the pages show them: somebody signs in, and sends what was shown here."""

import re

PASSWORD = "a long password"


def token_of(client, address):
    """The token of the first form of a page."""
    return re.search(r'name="token" value="([^"]+)"', client.get(address).text)[1]


def sign_in(client, name, *, password=PASSWORD, code="", then="/"):
    """What somebody gets who types a name, a password and, where it is asked for, a code."""
    typed = {"name": name, "password": password, "code": code, "next": then, "token": token_of(client, "/login")}
    return client.post("/login", data=typed)


def post(client, page, address, **fields):
    """What a form of a page gives, filled in."""
    return client.post(address, data={"token": token_of(client, page), **fields})
