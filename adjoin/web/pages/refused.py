"""What could not be done: met, expected, what to do next; in both languages. And the page to sign in."""

from dataclasses import dataclass
from typing import ClassVar

from adjoin.core.refusal import Refusal
from adjoin.formats.messages import messages
from adjoin.web.page import Page, shown
from adjoin.web.words import Both, in_language, said


@dataclass(frozen=True)
class RefusedPage(Page):
    """A refusal."""

    template: ClassVar[str] = "refused.html"

    kind: str = shown("the kind of refusal")
    met: Both = shown("what was met")
    expected: Both = shown("what was expected")
    do: Both = shown("what to do next")
    back: str = shown("where to go on")

    @property
    def error(self) -> dict[str, str | dict[str, str]]:
        """The refusal as the answer of an address that gives JSON."""
        parts = {"met": self.met, "expected": self.expected, "do": self.do}
        return {"kind": self.kind, **{name: {"zh": both.zh, "en": both.en} for name, both in parts.items()}}


@dataclass(frozen=True)
class LoginPage(Page):
    """Where somebody says who they are."""

    template: ClassVar[str] = "login.html"

    next: str = shown("where to go after signing in")
    name: str = shown("the name that was typed, where signing in was refused")
    error: dict[str, str | dict[str, str]] | None = shown("why nobody is signed in: met, expected, do")


def refused(refusal: Refusal, back: str = "/") -> RefusedPage:
    """The page of a refusal."""
    zh, en = (messages().refusal(in_language(refusal, lang), lang) for lang in ("zh", "en"))
    met, expected, do = (Both(zh[part], en[part]) for part in ("met", "expected", "do"))
    return RefusedPage(said("web.refused"), refusal.kind, met, expected, do, back)


def login(back: str, name: str = "", why: Refusal | None = None) -> LoginPage:
    """The sign-in page; it only leads back into these pages."""
    inside = back.startswith("/") and not back.startswith(("//", "/\\"))
    error = refused(why).error if why else None
    return LoginPage(said("web.login"), back if inside else "/", name, error)
