"""What a database says when it cannot do what was asked, as a refusal: a server that is away, a password, a full disk.

One handler hangs on every opened book, so whichever part asks, the same is said, and no password is in it.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine.interfaces import ExceptionContext

from adjoin.core.refusal import Refusal
from adjoin.store.room import kind_of

_STATES = {  # SQLSTATE, or its class: annex A of the PostgreSQL manual
    "53100": "disk_full",
    "58030": "disk_failed",
    "25006": "database_denied",  # a standby, or a database that was set to read only
    "42501": "database_denied",
    "28": "database_denied",
    "3D000": "database_missing",
    "3F000": "database_denied",  # no schema that this role may use
    "42P01": "books_missing",
    "53": "database_busy",
    "55P03": "database_busy",
    "08": "database_gone",
    "25P03": "database_gone",
    "57P": "database_gone",
}
_MISSING = re.compile(r'(database|数据库) ?"[^"]*" (does not exist|不存在)')  # while connecting no SQLSTATE is told
_BUSY = re.compile(r"too many|connection limit", re.IGNORECASE)
_DENIED = re.compile(
    r"authentication failed|no password|pg_hba\.conf|permission denied|role \"|password", re.IGNORECASE
)
_SQLITE = (
    ("database_torn", ("malformed", "not a database")),
    ("database_busy", ("database is locked", "database table is locked")),
    ("books_missing", ("no such table",)),
)


def handler(where: Path | str) -> Callable[[ExceptionContext], None]:
    """A listener for `handle_error`: what is known is refused by name, anything else stays a mistake of the program.

    where : the file of the book, or its address without a password
    """

    def told(context: ExceptionContext) -> None:
        kind = _of_file(where, context) if isinstance(where, Path) else _of_server(context)
        if kind is not None and not context.is_pre_ping:
            raise refusal(kind, where, context.original_exception)

    return told


def refusal(kind: str, where: Path | str, error: BaseException) -> Refusal:
    """The refusal of this kind, with the words of the database."""
    facts = {"file": where.name} if isinstance(where, Path) else {}
    return Refusal(kind, met=where, found=" ".join(str(error).split())[:300], **facts)


def _of_server(context: ExceptionContext) -> str | None:
    error = context.original_exception
    state = str(getattr(error, "sqlstate", None) or "")
    found = next((kind for length in (5, 3, 2) if (kind := _STATES.get(state[:length]))), None)
    if found is not None:
        return found
    if context.connection is None and not state:  # no connection came about
        return _unconnected(error)
    return "database_gone" if context.is_disconnect else None


def _unconnected(error: BaseException) -> str:
    said, how = str(error), getattr(error, "pgconn", None)
    if _MISSING.search(said):
        return "database_missing"
    if _BUSY.search(said):
        return "database_busy"
    asked = getattr(how, "needs_password", False) or getattr(how, "used_password", False)
    return "database_denied" if asked or _DENIED.search(said) else "database_gone"


def _of_file(where: Path, context: ExceptionContext) -> str | None:
    error = context.original_exception
    if not isinstance(error, Exception) or not type(error).__module__.startswith("sqlite3"):
        return None
    if not os.path.lexists(where):
        return "books_missing"
    said = str(error).casefold()
    return next((kind for kind, words in _SQLITE if any(each in said for each in words)), kind_of(error))
