"""The plan page: every task with what computes for it, readings that keep did, modelled and measured apart."""

import io
import shutil
from dataclasses import replace

import pytest
from pypdf import PdfReader
from sides import REAL, TOWNS

from adjoin.core.plan import Modelled
from adjoin.core.refusal import Refusal
from adjoin.doors import cases, registry
from adjoin.doors.air_tables import editions
from adjoin.formats import plans
from adjoin.loop import answers, demonstrate, hand_over
from adjoin.loop import plan as account
from adjoin.loop.workspace import load_region
from adjoin.web.page import Ask
from adjoin.web.pages import plan as page
from adjoin.web.pages.answers import again_here
from adjoin.web.words import Both


@pytest.fixture
def twin(pages):
    return pages["sichuan"].get("/plan.json").json()


def test_the_plan_has_six_aspects_thirty_two_tasks_and_five_before(twin):
    assert [len(aspect["tasks"]) for aspect in twin["aspects"]] == [8, 3, 7, 9, 3, 2]
    assert [task["id"] for aspect in twin["aspects"] for task in aspect["tasks"]] == [str(n) for n in range(1, 33)]
    assert [task["id"] for task in twin["baseline"]] == ["B1", "B2", "B3", "B4", "B5"]


def test_every_method_and_page_of_every_task_opens(pages, twin):
    tasks = [*(task for aspect in twin["aspects"] for task in aspect["tasks"]), *twin["baseline"]]
    assert all(task["methods"] or task["not_yet"]["zh"] for task in tasks)
    for href in {each["href"] for task in tasks for each in (*task["methods"], *task["pages"])}:
        assert pages["sichuan"].get(href).status_code == 200, href


def test_both_sides_read_the_same_plan(pages):
    one, other = (client.get("/plan.json").json() for client in pages.values())
    assert one["readings"] == other["readings"]
    assert [[task["methods"] for task in a["tasks"]] for a in one["aspects"]] == [
        [task["methods"] for task in a["tasks"]] for a in other["aspects"]
    ]


def test_an_indicator_that_cannot_be_computed_says_which_input_and_whose(twin):
    found = {each["id"]: each for each in twin["readings"]}
    bars = {bar["kind"]: bar for bar in found["pm25-cut"]["bars"]}
    assert (bars["measured"]["value"], "2020" in bars["measured"]["say"]["zh"]) == (None, True)
    assert "监测" in bars["measured"]["say"]["zh"]
    assert found["pm25-cut"]["reached"] is None


def test_good_days_are_measured_by_the_pinned_edition_and_by_the_other_beside_it(two_workspaces, clock):
    workspace = two_workspaces["sichuan"]
    (reading,) = [r for r in account.readings(workspace, editions(), now=clock()) if r.indicator.id == "good-air-days"]
    assert 40 < reading.measured.value < 95
    assert [name for name, _ in reading.measured.also] == ["HJ 633-2026"]
    assert reading.measured.also[0][1] <= reading.measured.value  # the new edition is stricter
    assert dict(reading.measured.facts)["year"] == "2015"
    assert (reading.reached, reading.early) == (None, True)  # the target holds from 2021 on
    later = replace(reading, measured=replace(reading.measured, year=2025))
    assert later.reached is (reading.measured.value >= 89.4)


def test_a_kept_answer_and_a_case_stand_with_their_task_on_both_sides(fresh_towns, client_of, clock):
    pair = fresh_towns
    side, other = pair
    given = answers.asked(cases.given("land.soil_farm")[3])
    reply = registry.answer("land.soil_farm", given)
    name = answers.keep(pair[side], "land.soil_farm", given, reply, by="x", now=clock())
    raised = _raised(given, reply)
    finding = answers.raise_finding(pair[side], answers.one(pair[side], name), raised, site=other, by="x", now=clock())
    said = {"procedure": "joint-inspection", "finding": finding.id, "by": "x", "reason": "r"}
    case = hand_over.open_case(pair[side], **said, now=clock())
    demonstrate.meet(pair, clock=clock)
    for workspace in pair.values():
        standing = account.standings(workspace, now=clock())
        assert [each.fingerprint for each in standing["3"].answers] == [name]
        assert [each.id for each in standing["3"].cases] == [case.id]
        assert standing["1"].answers == ()
    shown = client_of(pair[other]).get("/plan").text
    assert (name[:8] in shown, case.id in shown) == (True, True)
    (ended,) = [r for r in account.readings(pair[other], {}, now=clock()) if r.indicator.id == "cases-ended"]
    assert (ended.did.value, ended.measured.value, ended.modelled.value) == (0.0, 0.0, None)


def _raised(given, reply):
    from adjoin.doors import findings

    return findings.raised("land.soil_farm", given, reply)[0]


def at_target(workspace, clock):
    """The reading of the one section with a target, as the plan page asks for it."""
    found = account.readings(workspace, {}, now=clock(), again=lambda kept: again_here(workspace, kept)[0])
    return next(each for each in found if each.indicator.id == "sections-at-target")


def kept_class(workspace, clock, value, *, reply=None):
    given = answers.asked({"stage": "assessment", "water_body": "river", "values": {"w21011": value}, "target": "III"})
    made = reply or registry.answer("water.section_class", given)
    return answers.keep(workspace, "water.section_class", given, made, by="x", now=clock())


def test_the_modelled_bar_is_the_last_kept_answer_of_the_method_and_the_same_in_both_chairs(
    fresh_towns, client_of, clock
):
    west, east = fresh_towns["west"], fresh_towns["east"]
    assert at_target(east, clock).modelled.said == "plan.modelled.nothing_kept"
    assert 'nothing kept yet: <a href="/compute/water.section_class' in client_of(east).get("/plan?lang=en").text
    kept_class(west, clock, "0.31")
    name = kept_class(east, clock, "0.15")
    assert at_target(west, clock).modelled.value == 0.0  # the own one, until the other's has arrived
    demonstrate.meet(fresh_towns, clock=clock)
    for workspace in (west, east):
        found = at_target(workspace, clock)
        assert (found.modelled.value, found.modelled.said) == (100.0, "plan.modelled.same")
        assert found.modelled.answer == name
        assert (found.measured.value, found.reached) == (None, None)  # a kept answer is no measurement
        shown = client_of(workspace).get("/plan?lang=en").text
        assert f'href="/answers/{name}' in shown
        assert "kept by East Town" in shown


def test_an_answer_that_comes_out_otherwise_here_gives_no_number(fresh_towns, clock):
    west, east = fresh_towns["west"], fresh_towns["east"]
    kept_class(west, clock, "0.31", reply={"class": "I", "meets_target": True})
    demonstrate.meet(fresh_towns, clock=clock)
    for workspace in (west, east):
        found = at_target(workspace, clock).modelled
        assert (found.value, found.said) == (None, "plan.modelled.differs")


@pytest.mark.parametrize("folder", [TOWNS, REAL])
def test_every_indicator_that_names_a_method_finds_its_number_in_the_answer(folder):
    named = [each.modelled for each in plans.load(folder).indicators if each.modelled]
    assert named
    for each in named:
        found = [each.of(registry.answer(each.method, given)) for given in cases.given(each.method)]
        assert any(value is not None and 0 <= value <= 100 for value in found)


@pytest.mark.parametrize(
    ("output", "times", "value"),
    [
        ("a.b", 1.0, 12.5),
        ("rows.1", 100.0, 40.0),
        ("yes", 100.0, 100.0),
        ("a", 1.0, None),
        ("rows.7", 1.0, None),
        ("a.b.c", 1.0, None),
    ],
)
def test_a_number_of_an_answer_is_found_by_its_keys(output, times, value):
    answer = {"a": {"b": 12.5}, "rows": [0.2, 0.4], "yes": True}
    assert Modelled("m", output, times, "", "").of(answer) == value


def test_a_task_without_a_method_says_not_yet(towns, client_of):
    shown = client_of(next(iter(towns.values()))).get("/plan?lang=en").text
    assert "Not yet: no method yet" in shown


def test_a_task_that_is_computed_in_part_is_not_counted_as_computed(towns, clock):
    whole = page.build(towns["west"], Ask(clock())).aspects[0].tasks[0]
    partly = replace(whole, not_yet=Both("缺", "lacks"))
    told = page.verdict([whole, partly], ()).say.en
    assert "1 of 2 tasks have a method, 1 more are computed in part" in told


def test_targets_whose_day_has_passed_without_data_stand_in_the_verdict(twin):
    with_target = [each for each in twin["readings"] if each["target"] is not None]
    assert all(each["passed"] and each["reached"] is None for each in with_target)
    assert twin["verdict"]["state"] == "unknown"
    count = len(with_target)
    assert f"{count} 个没有期内数据可判" in twin["verdict"]["turn"]["zh"]
    assert page.verdict((), ()).state == "unknown"  # no target at all is no good news


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_plan_is_printed(pages, lang):
    paper = PdfReader(io.BytesIO(pages["chongqing"].get(f"/plan.pdf?lang={lang}").content))
    words = "".join(page.extract_text() for page in paper.pages)
    assert ("龙泉山" if lang == "zh" else "Longquan") in words


def test_a_plan_that_contradicts_itself_is_refused(tmp_path):
    assert plans.load(tmp_path) is None
    good = (
        'zh: "计"\nen: "p"\nyear: "2026"\naspects:\n'
        '  - {id: A, zh: "甲", en: "a", tasks: [{id: "1", zh: "一", en: "one"}]}\n'
    )
    (tmp_path / "plan.yaml").write_text(good, "utf-8")
    assert [task.id for task in plans.load(tmp_path).tasks()] == ["1"]
    (tmp_path / "plan.yaml").write_text(good + 'baseline:\n  - {id: "1", zh: "二", en: "two"}\n', "utf-8")
    with pytest.raises(Refusal) as refused:
        plans.load(tmp_path)
    assert (refused.value.kind, refused.value.facts["met"]) == ("plan_id_twice", "1")
    line = (
        'indicators:\n  - {id: i, zh: "指", en: "i", unit: "%", measured: cases_ended, '
        'tasks: ["9"], source: s, status: derived}\n'
    )
    (tmp_path / "plan.yaml").write_text(good + line, "utf-8")
    with pytest.raises(Refusal) as refused:
        plans.load(tmp_path)
    assert refused.value.kind == "plan_no_such_task"


def test_a_bundle_whose_plan_contradicts_itself_is_not_opened(tmp_path):
    folder = tmp_path / "towns"
    shutil.copytree(TOWNS, folder)
    plan = folder / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace('tasks: ["3"]', 'tasks: ["33"]'), "utf-8")
    with pytest.raises(Refusal) as refused:
        load_region(folder)
    assert (refused.value.kind, refused.value.facts["met"]) == ("plan_no_such_task", "33")
