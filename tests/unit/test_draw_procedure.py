"""Every procedure is drawn from its file, with a line for each move and its clocks."""

import xml.etree.ElementTree as ET

import pytest

from adjoin.formats.procedures import procedures
from adjoin.joint.prove import prove
from adjoin.web.draw_procedure import drawn, in_order


@pytest.mark.parametrize("name", procedures())
def test_every_procedure_is_proved_and_drawn(name):
    procedure = procedures()[name]
    assert prove(procedure).proved
    assert {move.name for move in in_order(procedure)} == set(procedure.moves)
    for picture in drawn(procedure, procedures()):
        words = [each.text for each in ET.fromstring(picture).iter() if each.tag.endswith("text")]
        assert len([each for each in ET.fromstring(picture).iter() if each.tag.endswith("rect")]) == len(
            procedure.moves
        )
        assert "web." not in picture
        assert len(words) >= 2 * len(procedure.moves)


def test_a_case_begins_at_the_top():
    assert [move.name for move in in_order(procedures()["waste-consent"])][:3] == ["accept", "request", "reject"]


TASKS = {
    "joint-inspection", "supervision", "audit-certificate", "waste-consent", "spill-warning", "joint-drill",
    "expert-request", "data-request", "plan-sign-off", "mediation",
}  # fmt: skip


def test_every_kind_of_joint_work_has_its_procedure():
    assert set(procedures()) >= TASKS


def test_a_certificate_falls_on_the_other_side_the_same_day():
    clock = procedures()["audit-certificate"].moves["revoke"].within["withdraw"]
    assert (clock.count, clock.kind) == (0, "days_strict")


def test_the_clocks_of_a_waste_transfer_are_those_of_the_decree():
    moves = procedures()["waste-consent"].moves
    clocks = [moves["accept"].within["request"], moves["request"].within["consent"], moves["consent"].within["approve"]]
    assert set(procedures()["waste-consent"].clauses) == {"request", "consent", "approve"}
    assert [(clock.count, clock.kind) for clock in clocks] == [(5, "workdays"), (10, "workdays"), (5, "workdays")]
