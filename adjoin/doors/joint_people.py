"""Doors to people of both sides: experts for problems, and whether both sides measure alike."""

from fractions import Fraction

from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given, number, refuse
from adjoin.joint import compare
from adjoin.methods.written import as_text, as_written

_MOST, _FAR, _YUAN = 200, 1e12, 1e12


def experts(asked: Asked) -> Answer:
    """The staffing with the most topic matches; null and the problems in each other's way where none exists."""
    from adjoin.joint import experts as question

    given = Given.of(asked)
    for key in ("experts", "problems"):
        if len(given.inner(key).values) > _MOST:
            refuse("out_of_bounds", key, len(given.inner(key).values), low=1, high=_MOST)
    pool = {
        name: question.Expert(each.text("side"), frozenset(_texts(each, "skills")))
        for name, each in given.each("experts")
    }
    problems = {
        name: question.Problem(frozenset(_texts(each, "topics")), each.integer("need", 1, _MOST))
        for name, each in given.each("problems")
    }
    ties = _pairs(given, "conflicts", pool, problems)
    vetoes = _pairs(given, "vetoes", pool, problems)
    cap = given.integer("cap", 0, _MOST)
    found = question.staff(pool, problems, ties, cap, vetoes)
    answer: dict[str, object] = {
        "best": found.best,
        "staffing": {name: list(people) for name, people in found.staffing.items()} if found.best is not None else None,
        "reasons": {name: {who: list(topics) for who, topics in each.items()} for name, each in found.reasons.items()},
        "cannot": list(found.cannot),
    }
    if vetoes:
        prices = question.price_of_vetoes(pool, problems, ties, cap, vetoes)
        answer["vetoes"] = [{"expert": who, "problem": name, "costs": cost} for (who, name), cost in prices.items()]
    return answer


def equal_treatment(asked: Asked) -> Answer:
    """The fine that each side's table measures for the same facts, and what makes the difference."""
    given = Given.of(asked)
    tables = {name: discretion(each) for name, each in given.each("tables")}
    if len(tables) != 2:
        refuse("uneven_lists", "tables", len(tables), expected=2)
    facts = {str(name): fact(value, f"facts.{name}") for name, value in given.inner("facts").values.items()}
    found = compare.alike(facts, tables)
    sides = {
        side: {"share": as_text(each.share), "yuan": each.yuan, "band": each.band}
        for side, each in found.measured.items()
    }
    return {**sides, "equal": found.equal, "same_band": found.same_band, "because": list(found.because)}


def discretion(given: Given) -> compare.Discretion:
    """A table of discretion as JSON says it."""
    low, high = (_amount(each, f"{given.place('legal_yuan')}[{i}]") for i, each in enumerate(_two(given, "legal_yuan")))
    if low > high:
        refuse("not_a_span", given.place("legal_yuan"), given.raw("legal_yuan"))
    corrections = given.inner("corrections") if given.values.get("corrections") is not None else Given({})
    return compare.Discretion(
        low,
        high,
        {name: _factor(each) for name, each in given.each("factors")},
        {str(name): as_written(corrections.number(name, -1, 1)) for name in corrections.values},
    )


def fact(value: object, place: str) -> compare.Fact:
    """A fact: a number, a word, or that something is so."""
    if isinstance(value, str | bool):
        return value
    return as_written(number(value, place, -_FAR, _FAR))


def _factor(given: Given) -> compare.Factor:
    weight = as_written(given.number("weight", -1, 1))
    if "values" in given.values:
        inside = given.inner("values")
        return compare.Factor(
            weight, values={str(word): as_written(inside.number(word, -1, 1)) for word in inside.values}
        )
    return compare.Factor(
        weight, tuple(_band(row, f"{given.place('bands')}[{i}]") for i, row in enumerate(given.items("bands")))
    )


def _band(row: object, place: str) -> tuple[Fraction | None, Fraction | None, Fraction]:
    if not isinstance(row, list | tuple) or len(row) != 3:
        refuse("not_a_list", place, row)
    low, high = (None if end is None else as_written(number(end, place, -_FAR, _FAR)) for end in row[:2])
    return low, high, as_written(number(row[2], place, -1, 1))


def _two(given: Given, key: str) -> list[object]:
    rows = given.items(key)
    if len(rows) != 2:
        refuse("not_a_pair", given.place(key), rows)
    return rows


def _amount(value: object, place: str) -> Fraction:
    if isinstance(value, str):
        from adjoin.core.units import decimal

        return Fraction(decimal(value))
    return as_written(number(value, place, 0, _YUAN))


def _texts(given: Given, key: str) -> list[str]:
    rows = given.raw(key)
    if not isinstance(rows, list | tuple) or not all(isinstance(each, str) for each in rows):
        refuse("not_a_list", given.place(key), rows)
    return list(rows)


def _pairs(given: Given, key: str, experts: object, problems: object) -> list[tuple[str, str]]:
    rows = given.values.get(key) or []
    if not isinstance(rows, list | tuple):
        refuse("not_a_list", given.place(key), rows)
    found = []
    for i, row in enumerate(rows):
        if not isinstance(row, list | tuple) or len(row) != 2 or not all(isinstance(each, str) for each in row):
            refuse("not_a_pair", f"{given.place(key)}[{i}]", row)
        who, name = row
        if who not in experts or name not in problems:  # type: ignore[operator]  # both are mappings by name
            refuse("not_a_choice", f"{given.place(key)}[{i}]", row, expected="[expert, problem]")
        found.append((who, name))
    return found


DOORS = (
    Door(
        "joint.experts",
        experts,
        Explanation(
            what_zh="联合专家的最优指派：专长与议题相符最多；无可行方案时给出互相妨碍的问题",
            what_en="the staffing of problems by experts of both sides with the most matches of skill and topic; where "
            "none exists, the problems that stand in each other's way",
            formula="max sum |skills & topics|; of each problem exactly need, of one side at most need - 1 where need "
            ">= 2, no conflict, at most cap problems each",
            symbols=(
                Symbol("experts", "", "所属方、专长", "side, skills"),
                Symbol("problems", "", "议题、人数", "topics, need"),
                Symbol(
                    "conflicts, vetoes",
                    "",
                    "[专家, 问题]：回避、否决",
                    "[expert, problem]: ties, vetoes of either side",
                ),
                Symbol("cap", "", "每人最多承担", "problems an expert takes at most"),
                Symbol("best", "", "相符数；null为无可行方案", "matches; null where no staffing exists"),
            ),
            source="own; best augmenting flow in whole numbers",
        ),
    ),
    Door(
        "joint.equal_treatment",
        equal_treatment,
        Explanation(
            what_zh="同样事实按双方裁量表各罚多少，由哪些因素造成差别",
            what_en="the fine for the same facts under both sides' tables of discretion, and which factors differ",
            formula="share = sum weight * value + corrections, cut to 0..1; yuan = lowest + (highest - lowest) * "
            "share, half up",
            symbols=(
                Symbol("facts", "", "事实", "numbers, words, true"),
                Symbol(
                    "tables",
                    "",
                    "双方裁量表",
                    "of each side: legal_yuan, factors (weight; bands or values), corrections",
                ),
                Symbol(
                    "share, yuan, band", "", "裁量系数、罚款、档次", "below 0.3 light, below 0.7 ordinary, else heavy"
                ),
                Symbol("because", "", "计分不同的因素", "what counts differently, even where the fines agree"),
            ),
            source="practice under 环执法〔2019〕42号 as recalled (memory); the numbers belong to the tables",
        ),
    ),
)
