"""Somebody's own account: role, and the second factor."""

from dataclasses import dataclass
from typing import ClassVar

from adjoin.web.page import Page, shown


@dataclass(frozen=True)
class MePage(Page):
    """Who is signed in, and with what."""

    template: ClassVar[str] = "me.html"

    name: str = shown("who is signed in")
    role: str = shown("what the account may do")
    office: str = shown("of which office")
    factor: bool = shown("whether a code is asked for at sign-in")
    secret: str = shown("a new secret for the authenticator; empty where a code is asked for already", twin=False)
    address: str = shown("the same as an authenticator reads it", twin=False)
    sealed: str = shown("the same as the form brings it back", twin=False)
