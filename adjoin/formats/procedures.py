"""Procedures, read from files: roles, start, moves, final, and what each is called in both languages."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NoReturn

from adjoin.core.refusal import Refusal
from adjoin.core.rule import Clock, Final, Move, Procedure
from adjoin.formats import lines

KEYS = frozenset(
    {
        "name",
        "title",
        "roles",
        "start",
        "moves",
        "final",
        "at_most",
        "words",
        "since",
        "source",
        "status",
        "on",
        "source_role",
        "rank",
        "clauses",
    }
)
MOVE_KEYS = frozenset({"by", "within", "needs"})
NEEDS = ("reason", "evidence", "cleared")  # cleared: the rule that raised the finding no longer does so
OPENED_ON = ("finding", "matter", "data")


@cache
def procedures() -> Mapping[str, Procedure]:
    """The procedures that come with Adjoin, by name."""
    folder = files("adjoin") / "data" / "procedures"
    return read_procedures(file for file in folder.iterdir() if file.name.endswith(".yaml"))


def read_procedures(
    sources: Iterable[lines.Source], known: Mapping[str, Procedure] = MappingProxyType({})
) -> Mapping[str, Procedure]:
    """The procedures in some YAML files, by name; a case may only go on in one that is among them or known."""
    found: dict[str, Procedure] = {}
    for source in sorted(sources, key=lambda each: each.name):
        procedure = procedure_from(lines.mapping(source), source.name)
        if procedure.name in found:
            _refuse(source.name, "name", procedure.name, "a name that no other file has")
        found[procedure.name] = procedure
    for procedure in found.values():
        _check_followers(procedure, {**known, **found})
    return found


def procedure_from(given: Mapping[str, object], file: str = "") -> Procedure:
    """The procedure that a mapping says (the form of the files in `data/procedures`); what does not fit is refused.

    given : {name, roles: [...], start: {role: state}, moves: {move: {by, role: {from: to}, within, needs}},
             final: [{role: state, then, opens}], at_most: {move: n}, words: {key: {zh, en}}}
    file : where it stands, for the refusal
    """
    form = _Form(given, file)
    form.only(KEYS)
    name = form.text("name")
    roles = form.texts("roles")
    moves = {key: _move(form.inner("moves").inner(key), key, roles) for key in form.mapping("moves")}
    procedure = Procedure(
        name=name,
        roles=roles,
        start=form.inner("start").only(frozenset(roles)).states(roles),
        moves=moves,
        final=tuple(_final(row, roles) for row in form.rows("final")),
        at_most={key: form.inner("at_most").count(key) for key in form.mapping("at_most", ())},
        words=_words(form, name),
        since=form.day("since"),
        source=form.text("source", ""),
        status=form.text("status", ""),
        on=form.among("on", OPENED_ON),
        source_role=form.among("source_role", ("", *roles)),
        rank=form.count("rank") if "rank" in given else 9,
        clauses={key: form.inner("clauses").text(key) for key in form.mapping("clauses", ())},
    )
    _check_names(procedure, form)
    _check_cleared(procedure, form)
    return procedure


def _move(form: "_Form", name: str, roles: tuple[str, ...]) -> Move:
    form.only(MOVE_KEYS | set(roles))
    by = form.text("by")
    if by not in roles:
        form.refuse("by", by, ", ".join(roles))
    needs = form.texts("needs", ())
    if unknown := set(needs) - set(NEEDS):
        form.refuse("needs", ", ".join(sorted(unknown)), ", ".join(NEEDS))
    takes = {role: form.inner(role).table() for role in roles if role in form.given}
    if by not in takes:
        form.refuse(by, "-", "{state before: state after}: a move changes or keeps the state of its maker")
    within = {key: _clock(form.inner("within"), key) for key in form.mapping("within", ())}
    return Move(name, by, takes, within, needs)


def _clock(form: "_Form", key: str) -> Clock:
    text = form.text(key)
    try:
        return Clock.parse(text)
    except Refusal as refusal:
        form.refuse(key, text, str(refusal.facts["expected"]))


def _final(form: "_Form", roles: tuple[str, ...]) -> Final:
    form.only(frozenset({"then", "opens", *roles}))
    states = {role: form.text(role) for role in roles if role in form.given}
    if not states:
        form.refuse("", "then", ", ".join(roles))
    return Final(states, form.text("then"), form.text("opens", "") or None)


def _words(form: "_Form", name: str) -> dict[str, Mapping[str, str]]:
    words: dict[str, Mapping[str, str]] = {
        key: form.inner("words").inner(key).table() for key in form.mapping("words", ())
    }
    return words | ({name: form.inner("title").table()} if "title" in form.given else {})


def _check_names(procedure: Procedure, form: "_Form") -> None:
    """Bounds name own moves; a clock names an own move, or the first of the case that follows."""
    for name in procedure.at_most:
        if name not in procedure.moves:
            form.refuse("at_most", name, ", ".join(procedure.moves))
    clocks = {name for move in procedure.moves.values() for name in move.within}
    for name in procedure.clauses:
        if name not in clocks:
            form.refuse("clauses", name, ", ".join(sorted(clocks)))
    if any(final.opens for final in procedure.final):
        return
    for move in procedure.moves.values():
        for name in move.within:
            if name not in procedure.moves:
                form.refuse(f"moves.{move.name}.within", name, ", ".join(procedure.moves))


def _check_cleared(procedure: Procedure, form: "_Form") -> None:
    """Only a finding about data is judged again by its rule."""
    asks = next((move.name for move in procedure.moves.values() if "cleared" in move.needs), None)
    if asks is not None and procedure.on != "data":
        form.refuse(f"moves.{asks}.needs", "cleared", "on: data")


def _check_followers(procedure: Procedure, known: Mapping[str, Procedure]) -> None:
    opened = [final.opens for final in procedure.final if final.opens is not None]
    for name in opened:
        if name not in known:
            _refuse(procedure.name, "final.opens", name, ", ".join(known))
    followers = [known[name] for name in opened]
    if any(len(each.roles) != len(procedure.roles) for each in followers):
        _refuse(procedure.name, "final.opens", "roles", ", ".join(procedure.roles))
    moves = set(procedure.moves).union(*(each.moves for each in followers))
    for move in procedure.moves.values():
        for name in sorted(set(move.within) - moves):
            _refuse(procedure.name, f"moves.{move.name}.within", name, ", ".join(sorted(moves)))


class _Form:
    """A mapping and where it stands; asked key by key."""

    def __init__(self, given: object, file: str, at: str = "") -> None:
        self.file, self.at = file, at
        if not isinstance(given, Mapping):
            self.refuse("", given, "{key: value}")
        self.given: Mapping[str, object] = given

    def refuse(self, key: str, met: object, expected: str) -> NoReturn:
        _refuse(self.file, ".".join(part for part in (self.at, key) if part), met, expected)

    def only(self, known: frozenset[str]) -> "_Form":
        for key in self.given:
            if key not in known:
                self.refuse("", key, ", ".join(sorted(known)))
        return self

    def text(self, key: str, default: str | None = None) -> str:
        value = self.given.get(key, default)
        return value if isinstance(value, str) and (value or default == "") else self.refuse(key, value, "text")

    def among(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of a few words; the first of them where the key is absent."""
        value = self.text(key, allowed[0])
        return value if value in allowed else self.refuse(key, value, ", ".join(allowed))

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self.given.get(key, default)
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, Sequence) or not all(isinstance(each, str) and each for each in listed):
            self.refuse(key, value, "[text, ...]")
        if (default is None and not listed) or len(set(listed)) != len(listed):
            self.refuse(key, value, "[text, ...], each once")
        return tuple(listed)

    def mapping(self, key: str, default: tuple[str, ...] | None = None) -> Iterable[str]:
        return default if default is not None and self.given.get(key) is None else self.inner(key).keys()

    def inner(self, key: str) -> "_Form":
        return _Form(self.given.get(key), self.file, f"{self.at}.{key}" if self.at else key)

    def keys(self) -> list[str]:
        if not all(isinstance(key, str) for key in self.given):
            self.refuse("", next(key for key in self.given if not isinstance(key, str)), "text (in quotes)")
        return list(self.given)

    def rows(self, key: str) -> list["_Form"]:
        value = self.given.get(key)
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            self.refuse(key, value, "[{role: state, then: outcome}, ...]")
        return [_Form(row, self.file, f"{key}[{i}]") for i, row in enumerate(value)]

    def states(self, roles: tuple[str, ...]) -> dict[str, str]:
        return {role: self.text(role) for role in roles}

    def table(self) -> dict[str, str]:
        return {key: self.text(key) for key in self.keys()} or self.refuse("", "{}", "{text: text}")

    def count(self, key: str) -> int:
        value = self.given.get(key)
        text = str(value) if not isinstance(value, bool) else ""
        whole = text.isascii() and text.isdigit() and len(text) < 6
        return int(text) if whole else self.refuse(key, value, "3")

    def day(self, key: str) -> date | None:
        value = self.given.get(key)
        if value is None or isinstance(value, date):
            return value
        try:
            return date.fromisoformat(self.text(key))
        except ValueError:
            self.refuse(key, value, "2026-09-01")


def _refuse(file: str, place: str, met: object, expected: str) -> NoReturn:
    raise Refusal("bad_procedure", file=file or "-", place=place or "-", met=str(met)[:80], expected=expected)
