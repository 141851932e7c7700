"""Cases read as a transcript: a move, then both columns."""

from datetime import date, timedelta

import pytest
from two_sides import NOON, SEEN_IT, exchange, two_sides

from adjoin.core.period import Calendar
from adjoin.core.refusal import Refusal
from adjoin.formats.procedures import procedures
from adjoin.joint.case import check_move, check_opening
from adjoin.joint.fold import fold

ROLES = {"caller": "east", "called": "west"}
DAY = timedelta(days=1)


@pytest.fixture
def sides():
    return two_sides()


def columns(side, case="C-east-1"):
    """What a side sees: the state of each role, what is open to itself, what it protests."""
    found = side.case(case)
    if found is None:
        return None
    opened = " ".join(sorted(move.name for move in found.open_to(side.party)))
    return " ".join(found.state.values()), opened, [protest.fault for protest in found.protests]


def transcript(sides, text):
    """`side  move` or `exchange`, then what east and what west see: `caller called | open to it`."""
    east, west = sides
    for line in filter(None, map(str.strip, text.strip().splitlines())):
        said, seen_east, seen_west = (part.strip() for part in line.split("||"))
        if said == "exchange":
            exchange(east, west)
        else:
            party, move = said.split()
            side = east if party == "east" else west
            side.open("C-east-1", "search-call", move, ROLES) if move == "call" else side.move("C-east-1", move)
        for side, seen in ((east, seen_east), (west, seen_west)):
            met = columns(side)
            assert (f"{met[0]} | {met[1]}".strip(" |") if met else "-") == seen, said


def test_a_search_call_that_ends_without_a_cause(sides):
    transcript(
        sides,
        """
        east call           || waiting asked                           || -
        exchange            || waiting asked                           || waiting asked | accept decline
        west accept         || waiting asked                           || waiting searching | answer found
        west answer         || waiting asked                           || judging answered
        exchange            || judging answered | ask_more propose_passed withdraw || judging answered
        east ask_more       || waiting searching                       || judging answered
        exchange            || waiting searching                       || waiting searching | answer found
        west answer         || waiting searching                       || judging answered
        exchange            || judging answered | ask_more propose_passed withdraw || judging answered
        east propose_passed || proposed considering                    || judging answered
        exchange            || proposed considering                    || proposed considering | agree object
        west agree          || proposed considering                    || agreed agreed
        exchange            || agreed agreed                           || agreed agreed
    """,
    )
    east, west = sides
    case, child = east.case("C-east-1"), west.case("C-east-1.1")
    assert (case.outcome, case.child) == ("passed_cause_not_established", "C-east-1.1")
    assert (child.procedure.name, child.parent, child.roles) == (
        "joint-sampling", "C-east-1", {"first": "east", "second": "west"},
    )  # fmt: skip
    assert [move.name for move in child.open_to("east")] == ["propose_plan"]
    assert (child.site, child.quantity) == (case.site, case.quantity)


def test_the_case_that_follows_goes_on_without_naming_its_procedure(sides):
    east, west = sides
    east.open("C-east-1", "search-call", "call", ROLES)
    for side, move in ((west, "accept"), (west, "found"), (east, "confirm_source")):
        exchange(*sides)
        side.move("C-east-1", move)
    east.move("C-east-1.1", "hand_over")
    exchange(*sides)
    child = west.case("C-east-1.1")
    assert (child.procedure.name, dict(child.state)) == (
        "joint-inspection",
        {"finder": "waiting", "mender": "informed"},
    )
    assert [move.name for move in child.open_to("west")] == ["accept", "decline"]
    assert east.case("C-east-1.1") == child


def test_a_bounded_move_is_spent(sides):
    east, west = sides
    east.open("C-east-1", "search-call", "call", ROLES)
    exchange(*sides)
    west.move("C-east-1", "accept")
    for _ in range(3):
        west.move("C-east-1", "answer")
        exchange(*sides)
        east.move("C-east-1", "ask_more")
        exchange(*sides)
    west.move("C-east-1", "answer")
    exchange(*sides)
    assert columns(east) == ("judging answered", "propose_passed withdraw", [])
    east.move("C-east-1", "ask_more")
    assert columns(east) == ("judging answered", "propose_passed withdraw", ["move_not_open"])


def test_both_sample_while_out_of_touch(sides):
    east, west = sides
    east.open("C-east-1", "joint-sampling", "propose_plan", {"first": "east", "second": "west"})
    exchange(*sides)
    west.move("C-east-1", "agree_plan")
    exchange(*sides)
    east.move("C-east-1", "sample_first")
    west.move("C-east-1", "sample_second")
    assert columns(east)[0] == "sampled planned"
    assert columns(west)[0] == "planned sampled"
    exchange(*sides)
    assert columns(east)[0] == columns(west)[0] == "sampled sampled"
    assert east.case("C-east-1") == west.case("C-east-1")


PROTESTS = {
    "a move that is not open": ({"move": "answer"}, "move_not_open"),
    "a move of the other role": ({"move": "ask_more"}, "not_your_role"),
    "a move that is none": ({"move": "shout"}, "unknown_move"),
    "a decline without a reason": ({"move": "decline", "reason": " "}, "needs_reason"),
}


@pytest.mark.parametrize("how", PROTESTS)
def test_a_protest_changes_nothing_on_either_side(sides, how):
    said, fault = PROTESTS[how]
    east, west = sides
    east.open("C-east-1", "search-call", "call", ROLES)
    exchange(*sides)
    before = columns(west)
    west.move("C-east-1", **said)
    assert columns(west) == (*before[:2], [fault])
    exchange(*sides)
    assert east.case("C-east-1") == west.case("C-east-1")
    assert east.case("C-east-1").protests[0].party == "west"


def test_an_answer_without_evidence_is_a_protest(sides):
    east, west = sides
    east.open("C-east-1", "search-call", "call", ROLES)
    exchange(*sides)
    west.move("C-east-1", "accept")
    west.move("C-east-1", "answer", evidence=())
    assert columns(west) == ("waiting searching", "answer found", ["needs_evidence"])


STRAYS = {
    "a procedure that nobody has": ({"case": "C-east-1", "procedure": "duel"}, "unknown_procedure"),
    "an id of the other side": ({"case": "C-west-1"}, "bad_case_id"),
    "an id like that of a case that follows": ({"case": "C-east-1.1"}, "bad_case_id"),
    "one party in both roles": ({"roles": {"caller": "east", "called": "east"}}, "bad_roles"),
    "a role that is none": ({"roles": {"caller": "east", "friend": "west"}}, "bad_roles"),
    "opened by the wrong role": ({"roles": {"caller": "west", "called": "east"}}, "not_your_role"),
    "opened by a later move": ({"move": "ask_more"}, "move_not_open"),
}


@pytest.mark.parametrize("how", STRAYS)
def test_an_opening_that_opens_nothing(sides, how):
    said, fault = STRAYS[how]
    east, west = sides
    east.open(**{"case": "C-east-1", "procedure": "search-call", "move": "call", "roles": ROLES, **said})
    assert [protest.fault for protest in east.folded().strays] == [fault]
    assert east.folded().cases == ()
    exchange(*sides)
    assert west.folded() == east.folded()


def test_a_second_case_under_a_number_that_is_taken(sides):
    east, _ = sides
    for _ in range(2):
        east.open("C-east-1", "search-call", "call", ROLES)
    assert columns(east) == ("waiting asked", "", ["case_exists"])


def test_a_move_in_a_case_that_its_maker_had_not_seen(sides):
    east, west = sides
    east.open("C-east-1", "search-call", "call", ROLES)
    west.move("C-east-1", "accept")
    exchange(*sides)
    for side in sides:
        assert columns(side)[0] == "waiting asked"
        assert [(stray.case, stray.fault) for stray in side.folded().strays] == [("C-east-1", "unknown_case")]


@pytest.mark.parametrize(
    "body", [{}, {"case": 1}, {"case": "C-east-1", "move": "call", "evidence": "none"}, {"roles": 3}]
)
def test_a_body_that_is_no_move_is_a_protest(sides, body):
    east, _ = sides
    east.sign("move", body)
    assert [stray.fault in {"bad_move", "unknown_case"} for stray in east.folded().strays] == [True]


# clocks


def test_a_clock_starts_on_the_day_the_other_side_cosigned(sides):
    east = sides[0]
    east.open("C-east-1", "search-call", "call", ROLES)
    (clock,) = east.case("C-east-1").deadlines
    assert (clock.move, clock.party, clock.since, clock.due, clock.note) == (
        "accept", "west", None, None, "clock_not_started",
    )  # fmt: skip
    assert east.case("C-east-1").steps[0].delivered is None
    exchange(*sides, at=NOON + 2 * DAY)
    for side in sides:
        (clock,) = side.case("C-east-1").deadlines
        assert (clock.since, clock.due, clock.overdue) == (date(2026, 9, 3), date(2026, 9, 8), False)
        assert side.case("C-east-1", now=NOON + 8 * DAY).deadlines[0].overdue
        assert side.case("C-east-1").steps[0].delivered == date(2026, 9, 3)


def test_a_clock_beyond_the_published_calendar_is_not_guessed(sides):
    east, _ = sides
    east.open("C-east-1", "search-call", "call", ROLES)
    short = Calendar({}, date(2026, 1, 1), date(2026, 9, 2))
    (case,) = fold(
        east.entries, procedures=procedures(), delivered=lambda _: NOON, calendar=short, now=NOON + 300 * DAY
    )
    assert (case.deadlines[0].due, case.deadlines[0].note, case.deadlines[0].overdue) == (
        None,
        "beyond_calendar",
        False,
    )


def test_the_case_that_follows_starts_with_a_clock(sides):
    east, west = sides
    east.open("C-east-1", "search-call", "call", ROLES)
    for side, move in ((west, "accept"), (west, "found"), (east, "confirm_source")):
        exchange(*sides)
        side.move("C-east-1", move)
    exchange(*sides)
    (clock,) = west.case("C-east-1.1").deadlines
    assert (clock.move, clock.party, clock.due) == ("hand_over", "east", date(2026, 9, 15))


# asked before it is signed


def test_a_move_is_checked_before_it_is_signed(sides):
    east, west = sides
    east.open("C-east-1", "search-call", "call", ROLES)
    exchange(*sides)
    case = west.case("C-east-1")
    assert check_move(case, "accept", "west", "", ()).name == "accept"
    with pytest.raises(Refusal) as refused:
        check_move(case, "answer", "west", "", SEEN_IT)
    assert refused.value.kind == "move_not_open"
    assert refused.value.facts["expected"] == "accept, decline"
    assert refused.value.facts["turn"] == "west"
    for said, kind in (
        (("shout", "west", "", ()), "unknown_move"),
        (("accept", "east", "", ()), "not_your_role"),
        (("decline", "west", "", ()), "needs_reason"),
    ):
        with pytest.raises(Refusal, match=kind):
            check_move(case, *said)


def test_an_opening_is_checked_before_it_is_signed():
    procedure = procedures()["search-call"]
    assert check_opening(procedure, "call", "east", roles=ROLES, reason="a rise", evidence=()).by == "caller"
    with pytest.raises(Refusal, match="bad_roles"):
        check_opening(procedure, "call", "east", roles={"caller": "east"}, reason="a rise", evidence=())
    with pytest.raises(Refusal, match="not_your_role"):
        check_opening(procedure, "call", "west", roles=ROLES, reason="a rise", evidence=())
