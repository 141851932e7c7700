"""A quarter of joint work by file only: a month settled, corrected, disputed and cleared; units and teams drawn."""

import shutil
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from sides import TOWNS
from swap import Swap

from adjoin.core.evidence import Evidence
from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.formats import bundle
from adjoin.joint.draws import minutes
from adjoin.joint.settle import yuan
from adjoin.loop import checks, draw, exchange, hand_over, settle, white_list

NAME, LATER = "willow-water", datetime(2026, 11, 2, 9, tzinfo=ZONE)


def by_file(pair, tmp_path, now):
    """Packages both ways on a stick, twice, so that each knows what the other signed for."""
    east, west = pair["east"], pair["west"]
    for number in range(2):
        for sender, receiver in ((east, west), (west, east)):
            path = tmp_path / f"{sender.party}-{number}.zip"
            exchange.write_file(sender, path, now=now)
            assert not exchange.take(receiver, path.read_bytes(), now=now).faults


def told(value, day, received):
    time = datetime(2026, 9, day, 12, tzinfo=ZONE)
    return Observation("mill-bridge", "w21011", time, value, "mg/L", "east", received)


@pytest.fixture
def pair(fresh_towns):
    return fresh_towns


def test_a_month_is_settled_alike_corrected_disputed_and_cleared(pair, tmp_path):
    east, west = pair["east"], pair["west"]
    for each in pair.values():
        found = settle.claim(each, NAME, "2026-09", by="Li", now=LATER)
        assert found.settlement.net_fen == {"west": 2000000, "east": -2000000} or found.settlement.index > 0
    by_file(pair, tmp_path, LATER)
    assert [settle.lines(each)[0].state for each in (east, west)] == ["agreed", "agreed"]
    assert settle.lines(east) == settle.lines(west)
    assert settle.clearing(east, NAME, "2026") == settle.clearing(west, NAME, "2026")

    # the reporter corrects its readings: replay shows what changed, and what was known before stays computable
    before = settle.account(east, NAME, "2026-09")
    rows = [told("0.300", day, LATER + timedelta(hours=1)) for day in range(4, 12)]
    east.observed.take(rows)
    after = settle.account(east, NAME, "2026-09")
    assert settle.account(east, NAME, "2026-09", as_known=LATER).inputs == before.inputs
    (changed,) = settle.replay(east, NAME, "2026-09")
    assert (changed.name, changed.before, changed.after) == (
        "tp",
        str_of(before.inputs["tp"]),
        str_of(after.inputs["tp"]),
    )

    settle.claim(east, NAME, "2026-09", by="Li", now=LATER + timedelta(hours=2))
    by_file(pair, tmp_path, LATER + timedelta(hours=3))
    (line,) = settle.lines(west)
    assert line.state == "other_inputs"
    case = settle.dispute(
        west, NAME, "2026-09", by="Wang", reason="these readings were not shared", now=LATER + timedelta(hours=4)
    )
    assert (case.procedure.name, case.site) == ("mediation", "mill-bridge")
    assert len(case.steps[0].evidence) == 2

    west.observed.take(rows)
    settle.claim(west, NAME, "2026-09", by="Wang", now=LATER + timedelta(hours=5))
    by_file(pair, tmp_path, LATER + timedelta(hours=6))
    (line,) = settle.lines(east)
    assert (line.state, len(line.replaced)) == ("agreed", 2)
    cleared = settle.clearing(east, NAME, "2026")
    assert cleared == settle.clearing(west, NAME, "2026")
    ((payer, payee, fen),) = cleared.payments
    assert (payer, payee) == ("west", "east")
    over = max(Fraction(0), round(after.inputs["tp"], 2) / Fraction("0.1") - 1)
    assert yuan(fen) == yuan(int(min(Fraction(200_000), over * 50_000) * 100))
    with pytest.raises(Refusal) as refused:
        settle.dispute(west, NAME, "2026-09", by="Wang", reason="again", now=LATER + timedelta(hours=7))
    assert refused.value.kind == "nothing_to_dispute"


def str_of(value):
    from adjoin.joint.settle import shown

    return shown(value)


def test_what_may_not_be_claimed_is_refused_and_nothing_is_signed(pair):
    east = pair["east"]
    for name, period, kind in (
        (NAME, "2026-12", "period_not_over"),
        ("willow-proposal", "2026-09", "agreement_not_signed"),
        (NAME, "2026", "agreement_other_period"),
        (NAME, "2024-05", "agreement_not_in_force"),
        ("nowhere", "2026-09", "unknown_agreement"),
    ):
        with pytest.raises(Refusal) as refused:
            settle.claim(east, name, period, by="Li", now=LATER)
        assert refused.value.kind == kind
    assert settle.lines(east) == ()


def test_who_gains_is_seen_before_anyone_signs_and_where_silence_pays_it_is_said(pair):
    east = pair["east"]
    assert [each.agreement for each in settle.what_if(east, NAME)] == ["willow-proposal", NAME]
    assert settle.loopholes(east, NAME) == {}
    holes = settle.loopholes(east, "willow-proposal")
    for month in holes.values():
        assert {each.party for each in month} == {"east"}


TERMS = {
    "purpose": "autumn inspection", "population": [f"U-{i:02d}" for i in range(20)], "count": 4, "default_count": 8,
    "inspectors": {"east": ["e1", "e2", "e3"], "west": ["w1", "w2"]}, "cap": 2,
    "conflicts": {"east": [["e1", "U-01"]], "west": []}, "reveal_by": "2026-11-05",
}  # fmt: skip


def agreed(pair, tmp_path):
    east, west = pair["east"], pair["west"]
    by_file(pair, tmp_path, LATER - timedelta(hours=1))
    name = draw.propose(east, TERMS, by="Li", now=LATER).id
    by_file(pair, tmp_path, LATER)
    draw.agree(west, name, by="Wang", now=LATER)
    by_file(pair, tmp_path, LATER)
    return name


def test_a_draw_is_made_by_both_and_read_alike(pair, tmp_path):
    east, west = pair["east"], pair["west"]
    name = agreed(pair, tmp_path)
    draw.commit(east, name, by="Li", now=LATER)
    with pytest.raises(Refusal) as refused:
        draw.reveal(east, name, by="Li", now=LATER)
    assert refused.value.kind == "draw_not_now"
    draw.commit(west, name, by="Wang", now=LATER)
    by_file(pair, tmp_path, LATER)
    draw.reveal(east, name, by="Li", now=LATER)
    by_file(pair, tmp_path, LATER)
    draw.reveal(west, name, by="Wang", now=LATER)
    by_file(pair, tmp_path, LATER)
    one, other = draw.draw(east, name), draw.draw(west, name)
    assert one.state == other.state == "drawn"
    assert minutes(one) == minutes(other)
    assert len(one.drawn.sample) == 4
    assert set(one.drawn.teams) == {"east", "west"}


def test_who_keeps_silent_pays_the_price_of_silence(pair, tmp_path):
    east, west = pair["east"], pair["west"]
    name = agreed(pair, tmp_path)
    draw.commit(east, name, by="Li", now=LATER)
    draw.commit(west, name, by="Wang", now=LATER)
    by_file(pair, tmp_path, LATER)
    draw.reveal(east, name, by="Li", now=LATER)
    by_file(pair, tmp_path, LATER)
    with pytest.raises(Refusal):
        draw.call_silence(east, name, by="Li", now=LATER)
    draw.call_silence(east, name, by="Li", now=LATER + timedelta(days=5))
    by_file(pair, tmp_path, LATER + timedelta(days=5))
    one, other = draw.draw(east, name), draw.draw(west, name)
    assert (one.state, one.silent) == ("drawn", "west")
    assert len(one.drawn.sample or one.terms.population[:8]) == 8
    assert minutes(one) == minutes(other)


def test_a_reveal_of_another_seed_voids_the_draw_by_name(pair, tmp_path):
    east, west = pair["east"], pair["west"]
    name = agreed(pair, tmp_path)
    for each in (east, west):
        draw.commit(each, name, by="Li", now=LATER)
    by_file(pair, tmp_path, LATER)
    west.record("reveal", {"draw": name, "seed": "00" * 32, "by": "Wang"}, now=LATER)
    by_file(pair, tmp_path, LATER)
    assert draw.draw(east, name).faults == (("west", "draw_not_matching"),)
    assert draw.draw(east, name).drawn is None


def test_a_bundle_is_checked_with_its_agreements(tmp_path):
    folder = tmp_path / "two-towns"
    shutil.copytree(TOWNS, folder)
    assert checks.check(folder) == []
    file = folder / "agreements" / "willow-water.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("[observed, mill-bridge, w21011]", "[observed, nowhere, w21011]"), "utf-8")
    assert [fault.kind for fault in checks.check(folder)] == ["unknown_site"]
    file.write_text(text.replace("parties: [west, east]", "parties: [west, moon]"), "utf-8")
    assert [fault.kind for fault in checks.check(folder)] == ["agreement_unknown_party"]
    file.write_text(text, "utf-8")
    (folder / "agreements" / "again.yaml").write_text(text.replace("name: willow-water", "name: again"), "utf-8")
    assert [fault.kind for fault in checks.check(folder)] == ["agreements_overlap"]


def test_a_quarter_by_file_only_ends_with_identical_accounts(pair, tmp_path):
    """Month means, claims, a correction on one side, a draw, the list of the year and a supervision, all on a stick."""
    east, west = pair["east"], pair["west"]
    for month, value in ((7, "0.080"), (8, "0.150")):
        told_at = datetime(2026, 10, month, 9, tzinfo=ZONE)
        time = datetime(2026, month, 1, tzinfo=ZONE)
        mean = Observation("mill-bridge", "w21011", time, value, "mg/L", "east", told_at, method="month-mean")
        for each in (east, west):
            each.observed.take([mean])
            settle.claim(each, NAME, f"2026-{month:02d}", by="Li", now=told_at)
        by_file(pair, tmp_path, told_at)
    case = hand_over.open_message(
        west, procedure="supervision", site="mill-bridge", quantity="w21011", by="Wang", reason="seen",
        evidence=[Evidence("note", "photo", "照片", "photo")], now=LATER,
    )  # fmt: skip
    for each in (east, west):
        settle.claim(each, NAME, "2026-09", by="Li", now=LATER)
    white_list.propose(east, 2026, "R1", "900-052-31", {"east": "60", "west": "40"}, by="Li", now=LATER)
    by_file(pair, tmp_path, LATER)
    hand_over.move(east, case.id, "accept", by="Li", now=LATER)
    white_list.agree(west, white_list.rows(west)[0].id, by="Wang", now=LATER)
    by_file(pair, tmp_path, LATER)
    assert [line.state for line in settle.lines(east)] == ["agreed", "agreed", "agreed"]
    assert settle.lines(east) == settle.lines(west)
    cleared = settle.clearing(west, NAME, "2026")
    assert cleared == settle.clearing(east, NAME, "2026")
    # July keeps the limit: east pays 20 000; August is half over, September 0.6 over: west pays 25 000 and 30 000
    assert [(payer, payee, yuan(fen)) for payer, payee, fen in cleared.payments] == [("west", "east", "35000.00")]
    assert white_list.rows(east) == white_list.rows(west)
    assert hand_over.case(east, case.id, now=LATER).state == hand_over.case(west, case.id, now=LATER).state
    assert hand_over.case(west, case.id, now=LATER).state == {"finder": "waiting", "mender": "mending"}


def test_exchanging_the_parties_exchanges_who_pays_and_nothing_else(tmp_path):
    swap = Swap(TOWNS)
    swapped = swap.bundle(TOWNS, tmp_path / "two-towns")
    here, there = (settle.of_bundle(folder, bundle.load(folder)) for folder in (TOWNS, swapped))
    for name, value in ((NAME, "0.27"), (NAME, "0.05"), (NAME, None), ("willow-proposal", "0.3")):
        inputs = {} if value is None else {"tp": Fraction(value)}
        one, other = (made[name].settle(inputs).net_fen for made in (here, there))
        assert other == {swap(party): fen for party, fen in one.items()}
