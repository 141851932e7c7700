"""A second factor at sign-in: the six digits of an authenticator (RFC 6238), each of them once.

code = TOTP(secret, floor(time / 30 s)), one step to either side
"""

from datetime import datetime

import pyotp

from adjoin.core.refusal import Refusal
from adjoin.loop.workspace import Workspace
from adjoin.store.people_access import SignIns

STEP_S = 30
AROUND = (0, -1, 1)  # a phone may be half a minute off


def draw() -> str:
    """A new secret, to be shown once."""
    return pyotp.random_base32()


def address(workspace: Workspace, name: str, secret: str) -> str:
    """What an authenticator reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"Adjoin {workspace.party}")


def enable(workspace: Workspace, name: str, secret: str, code: str, *, now: datetime) -> None:
    """From now on somebody signs in with a code as well; the first one shows that the secret arrived."""
    step = _step(secret, code, now)
    if step is None:
        raise Refusal("code_wrong", met=name)
    SignIns(workspace.done).set_factor(name, secret, step)


def disable(workspace: Workspace, name: str) -> None:
    """Somebody signs in without a code again."""
    SignIns(workspace.done).set_factor(name, None)


def enabled(workspace: Workspace, name: str) -> bool:
    """Whether somebody signs in with a code."""
    return SignIns(workspace.done).factor(name) is not None


def check(workspace: Workspace, name: str, code: str, *, now: datetime) -> None:
    """Refuses a sign-in whose code is missing, wrong, or was used before."""
    held = SignIns(workspace.done).factor(name)
    if held is None:
        return
    if not code.strip():
        raise Refusal("code_needed", met=name)
    step = _step(held[0], code, now)
    if step is None or not SignIns(workspace.done).use(name, step):
        raise Refusal("code_wrong", met=name)


def _step(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code belongs to."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return None
    here, totp = int(now.timestamp()) // STEP_S, pyotp.TOTP(secret)
    return next(
        (here + off for off in AROUND if pyotp.utils.strings_equal(totp.at((here + off) * STEP_S), digits)), None
    )
