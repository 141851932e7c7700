"""The door to draws: who is inspected and by whom, computed again from terms and seeds."""

from fractions import Fraction

from adjoin.core.refusal import Refusal
from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given, refuse
from adjoin.joint import inspection

_IDS, _WEIGHT = 200_000, 10**9


def draw(asked: Asked) -> Answer:
    """The draw of some terms and seeds; a reveal that is not what was committed to is refused."""
    given = Given.of(asked)
    suite = given.choice("hash", inspection.SUITES) if "hash" in given.values else "sha256"
    terms, seeds = read_terms(given.inner("terms")), _seeds(given)
    if "commits" in given.values:
        commits = given.inner("commits")
        wrong = inspection.not_matching(terms.signed, {each: commits.text(each) for each in seeds}, seeds, suite)
        if wrong:
            return {"refused": True, "not_matching": list(wrong), "sample": None, "teams": None}
    if "silent" in given.values:
        silent, checkpoint = given.choice("silent", terms.parties), _bytes(given, "checkpoint")
        drawn = inspection.draw_in_silence(terms, seeds, silent, checkpoint, suite)
    else:
        drawn = inspection.draw(terms, seeds, suite)
    return _answer(drawn, terms)


def read_terms(given: Given) -> inspection.Terms:
    """The terms of a draw; what cannot be drawn from them is refused."""
    kinds = [key for key in ("population", "weights", "strata") if key in given.values]
    if len(kinds) != 1:
        refuse(
            "not_a_choice", given.place("population"), ", ".join(kinds) or "-", expected="population, weights, strata"
        )
    parties = _names(given, "parties", 10)
    strata = (
        {name: _names(given.inner("strata"), name, _IDS) for name in given.inner("strata").values}
        if kinds == ["strata"]
        else None
    )
    weights = _weights(given) if kinds == ["weights"] else None
    population = _names(given, "population", _IDS) if kinds == ["population"] else tuple(weights or ())
    drawable = sum(weight > 0 for weight in weights.values()) if weights is not None else len(population)
    inspectors = _lists(given, "inspectors")
    return inspection.Terms(
        signed=given.values,
        parties=parties,
        population=population,
        weights=weights,
        strata=strata,
        rates={name: _rate(given.inner("rates"), name) for name in strata or {}},
        count=0 if strata is not None else given.integer("count", 0, drawable),
        default_count=given.integer("default_count", 0, _IDS) if "default_count" in given.values else None,
        units_of=_lists(given, "units_of"),
        inspectors=inspectors,
        conflicts={side: _pairs(given.inner("conflicts"), side) for side in inspectors if _has(given, side)},
        cap=given.integer("cap", 0, _IDS) if inspectors else 0,
    )


def _answer(drawn: inspection.Drawn, terms: inspection.Terms) -> Answer:
    answer: dict[str, object] = {"terms_digest": drawn.terms_digest, "commits": drawn.commits, "key": drawn.key}
    answer["sample"] = None if drawn.sample is None else list(drawn.sample)
    if terms.strata is not None:
        answer["samples"] = {name: list(units) for name, units in drawn.samples.items()}
    if terms.inspectors:
        answer["teams"] = drawn.teams
    return answer


def _has(given: Given, side: str) -> bool:
    return given.values.get("conflicts") is not None and side in given.inner("conflicts").values


def _names(given: Given, key: str, most: int) -> tuple[str, ...]:
    names = given.raw(key)
    place = given.place(key)
    if not isinstance(names, list | tuple):
        refuse("not_a_list", place, names)
    if len(names) > most:
        refuse("out_of_bounds", place, len(names), low=0, high=most)
    found: set[str] = set()
    for i, name in enumerate(names):
        if not isinstance(name, str):
            refuse("not_text", f"{place}[{i}]", name)
        if name in found:
            refuse("named_twice", f"{place}[{i}]", name)
        found.add(name)
    return tuple(names)


def _lists(given: Given, key: str) -> dict[str, tuple[str, ...]]:
    if given.values.get(key) is None:
        return {}
    inside = given.inner(key)
    return {str(name): _names(inside, name, _IDS) for name in inside.values}


def _pairs(given: Given, side: str) -> tuple[tuple[str, str], ...]:
    found = []
    rows = given.raw(side)
    if not isinstance(rows, list | tuple):
        refuse("not_a_list", given.place(side), rows)
    for i, row in enumerate(rows):
        if not isinstance(row, list | tuple) or len(row) != 2 or not all(isinstance(each, str) for each in row):
            refuse("not_a_pair", f"{given.place(side)}[{i}]", row)
        found.append((row[0], row[1]))
    return tuple(found)


def _weights(given: Given) -> dict[str, int]:
    inside = given.inner("weights")
    return {str(name): inside.integer(name, 0, _WEIGHT) for name in inside.values}


def _rate(given: Given, name: str) -> Fraction:
    text = given.text(name)
    part, _, whole = text.partition("/")
    plain = all(each.isascii() and each.isdigit() and len(each) < 10 for each in (part, whole))
    if not plain or not 0 <= int(part) <= int(whole) or int(whole) == 0:
        refuse("not_a_rate", given.place(name), text)
    return Fraction(int(part), int(whole))


def _seeds(given: Given) -> dict[str, bytes]:
    inside = given.inner("seeds")
    return {str(party): _bytes(inside, party) for party in inside.values}


def _bytes(given: Given, key: str) -> bytes:
    text = given.text(key)
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Refusal("not_hex", key=given.place(key), met=text[:40]) from None


DOORS = (
    Door(
        "joint.draw",
        draw,
        Explanation(
            what_zh="抽查：按双方签署的条件和双方各自保密后公开的种子抽取对象和检查组，任何人可复算",
            what_en="a draw of units and teams from the terms both signed and the seeds both committed to, which "
            "anybody can compute again",
            formula="T = hash(terms); K = hash('adjoin-draw-1/key' 00 T party 00 seed ...); words = HMAC(K, n); "
            "swap i with i + below(N - i)",
            symbols=(
                Symbol("terms", "", "双方签署的条件", "purpose, parties, population or weights or strata, count, ..."),
                Symbol("seeds", "hex", "各方种子，32字节", "32 bytes of each party"),
                Symbol("commits", "hex", "承诺值；不符则refused", "what was committed to; a mismatch is `refused`"),
                Symbol(
                    "silent, checkpoint",
                    "",
                    "逾期不公开的一方、最后共同签署的检查点",
                    "who kept silent, and the checkpoint",
                ),
                Symbol(
                    "sample, samples, teams", "", "抽中对象、各层、检查组；null为无法排班", "null: no staffing exists"
                ),
            ),
            source="adjoin-draw-1 (own; after RFC 3797, RFC 2104, RFC 8785)",
        ),
    ),
)
