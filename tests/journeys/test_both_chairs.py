"""Cases between two equals: both walked to an end, off line and back, refused and late."""

from datetime import date, timedelta

import pytest
from transcript import Story

from adjoin.core.refusal import Refusal
from adjoin.loop import attribute, exchange, hand_over

WAVE, OXYGEN = "F-mill-bridge-w21011-20260902", "F-reed-ford-w01009-20260902"
AIMS = "R-mill-bridge-WL-10-II-III"


@pytest.fixture
def wave(fresh_towns, clock):
    return Story(fresh_towns, clock, finding=WAVE)


def test_the_wave_from_call_to_cause_not_established(wave):
    wave.tell("""
        who  | does           | east                         | west
        east | call           | waiting asked *              | -
        -    | exchange       | waiting asked                | waiting asked
        west | accept         | waiting asked                | waiting searching *
        -    | exchange       | waiting searching            | waiting searching
        west | answer         | waiting searching            | judging answered *
        -    | exchange       | judging answered             | judging answered
        east | propose_passed | proposed considering *       | judging answered
        -    | exchange       | proposed considering         | proposed considering
        west | agree          | proposed considering         | passed_cause_not_established *
        -    | exchange       | passed_cause_not_established | passed_cause_not_established
    """)
    follows = wave.of("east").child
    assert follows == f"{wave.case}.1"
    child = hand_over.case(wave.pair["west"], follows, now=wave.clock.now)
    assert child.procedure.name == "joint-sampling"
    assert child.roles == {"first": "east", "second": "west"}


def test_the_other_way_round_the_same_procedure_and_the_same_words(fresh_towns, clock):
    Story(fresh_towns, clock, finding=OXYGEN).tell("""
        who  | does       | west                  | east
        west | call       | waiting asked *       | -
        -    | exchange   | waiting asked         | waiting asked
        east | accept     | waiting asked         | waiting searching *
        east | found      | waiting asked         | judging found *
        -    | exchange   | judging found         | judging found
        west | confirm_source | source_found *    | judging found
        -    | exchange   | source_found          | source_found
    """)


def test_a_dispute_is_an_end_too(wave):
    wave.tell("""
        who  | does     | east            | west
        east | call     | waiting asked * | -
        -    | exchange | waiting asked   | waiting asked
        west | decline  | waiting asked   | disputed *
        -    | exchange | disputed        | disputed
    """)


def test_a_move_that_is_not_open_is_refused_and_changes_nothing(wave):
    wave.tell("""
        who  | does                                    | east            | west
        east | call                                    | waiting asked * | -
        east | accept refused not_your_role            | waiting asked * | -
        east | propose_passed refused move_not_open    | waiting asked * | -
        -    | exchange                                | waiting asked   | waiting asked
        west | answer refused move_not_open            | waiting asked   | waiting asked
        west | burn_it_down refused unknown_move       | waiting asked   | waiting asked
        west | accept                                  | waiting asked   | waiting searching *
        west | accept refused move_not_open            | waiting asked   | waiting searching *
    """)


def test_a_refusal_says_whose_turn_it_is(wave):
    wave.do("east", "call")
    with pytest.raises(Refusal) as refused:
        wave.move("east", "accept")
    assert (refused.value.facts["turn"], refused.value.facts["expected"]) == ("west", "-")


def test_a_call_without_a_reason_and_an_answer_without_evidence_are_refused(wave):
    with pytest.raises(Refusal, match="needs_reason"):
        wave.move("east", "call", reason=" ")
    assert hand_over.cases(wave.pair["east"], now=wave.clock()) == ()
    wave.do("east", "call")
    wave.do("-", "exchange")
    wave.do("west", "accept")
    with pytest.raises(Refusal, match="needs_evidence"):
        wave.move("west", "answer", evidence=())
    assert wave.seen("west") == "waiting searching *"


def test_clocks_start_with_delivery_and_run_in_working_days(wave):
    wave.do("east", "call")
    (waiting,) = [each for each in wave.of("east").deadlines if each.move == "accept"]
    assert (waiting.since, waiting.due, waiting.note) == (None, None, "clock_not_started")

    wave.do("-", "exchange")  # on Friday, 4 September
    (clock,) = [each for each in wave.of("east").deadlines if each.move == "accept"]
    assert (clock.party, clock.count, clock.kind) == ("west", 3, "workdays")
    assert (clock.since, clock.due) == (date(2026, 9, 4), date(2026, 9, 9))
    assert wave.of("west").deadlines == wave.of("east").deadlines


def test_a_missed_clock_moves_no_state(wave):
    wave.do("east", "call")
    wave.do("-", "exchange")
    wave.clock.now += timedelta(days=6)
    late = wave.of("west")
    assert [each.overdue for each in late.deadlines if each.move == "accept"] == [True]
    assert late.state == {"caller": "waiting", "called": "asked"}
    wave.tell("""
        who  | does   | east          | west
        west | accept | waiting asked | waiting searching *
    """)


def test_a_package_twice_or_late_says_nothing_new(wave):
    wave.do("east", "call")
    first = exchange.export(wave.pair["east"], now=wave.clock())
    brought = exchange.take(wave.pair["west"], first, now=wave.clock())
    assert (brought.entries, brought.faults) == (2, ())  # what east adopted, and its call
    before = wave.pair["west"].done.sizes()
    again = exchange.take(wave.pair["west"], first, now=wave.clock())
    assert (again.entries, again.readings, again.faults) == (0, 0, ())
    assert [each.fault for each in again.notes] == ["repeated_package"]
    assert wave.pair["west"].done.sizes() == before


def test_off_line_from_each_other_both_move_and_meet_in_the_same_state(fresh_towns, clock):
    Story(fresh_towns, clock, finding=WAVE, procedure="joint-sampling").tell("""
        who  | does            | east              | west
        east | propose_plan    | offering weighing * | -
        -    | exchange        | offering weighing | offering weighing
        west | agree_plan      | offering weighing | planned planned *
        -    | exchange        | planned planned   | planned planned
        east | sample_first    | sampled planned * | planned planned
        west | sample_second   | sampled planned * | planned sampled *
        west | package to east | sampled *         | planned sampled *
        -    | exchange        | sampled           | sampled
    """)


def test_readings_cited_by_one_side_stand_beside_those_of_the_other(fresh_towns, clock):
    wave = Story(fresh_towns, clock, finding=WAVE)
    east, west = fresh_towns["east"], fresh_towns["west"]
    before = len(west.observed.read())
    wave.do("east", "call")
    exchange.carry(east, west, now=clock())
    assert len(west.observed.read()) == before  # the same value of the same origin is held already


def test_what_both_compute_with_is_named_before_any_number(fresh_towns, clock):
    Story(fresh_towns, clock, finding=WAVE).do("-", "exchange")
    for each in fresh_towns.values():
        status = exchange.status(each)
        assert (status.known, status.waiting, status.differs, status.refused) == (True, 0, (), ())
        assert set(status.adopted) == {"east", "west"}


def test_the_made_up_towns_find_the_same(towns):
    east, west = (attribute.findings(towns[side]) for side in ("east", "west"))
    assert [(each.id, each.exhibits, each.attribution) for each in east] == [
        (each.id, each.exhibits, each.attribution) for each in west
    ]
    assert {each.id for each in east} == {WAVE, OXYGEN, AIMS}
