"""`adjoin compute` and `adjoin cases`, as a script calls them."""

import json
import subprocess
import sys

import pytest

WAVE = '{"observed_h": [[0, 1], [2, 3]], "base": 1}'


def adjoin(*words, stdin=""):
    return subprocess.run(
        [sys.executable, "-m", "adjoin.cli.main", *words], input=stdin, capture_output=True, text=True, check=False
    )


def test_one_question():
    done = adjoin("compute", "water.dose", "--json", stdin=WAVE)
    assert (done.returncode, done.stdout, done.stderr) == (0, '{"dose": 2.0}\n', "")


def test_a_bad_question_is_answered_by_an_error_and_exit_2():
    done = adjoin("compute", "water.dose", "--json", "--lang", "en", stdin='{"base": 1}')
    error = json.loads(done.stdout)["error"]
    assert done.returncode == 2
    assert error["met"] == "observed_h is missing; there is: base"


def test_many_answers_one_a_line_and_goes_on():
    done = adjoin("compute", "water.dose", "--many", stdin=f"{WAVE}\nnonsense\n\n{WAVE}\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [answer.get("dose") for answer in answers] == [2.0, None, 2.0]
    assert answers[1]["error"]["kind"] == "not_json"


@pytest.mark.parametrize("words", [("water.hul",), ("water.hul", "--many"), ("water.hul", "--explain")])
def test_an_unknown_method_names_the_near_ones(words):
    done = adjoin("compute", *words, "--lang", "en", stdin="{}")
    assert done.returncode == 2
    assert "water.hull" in done.stdout + done.stderr


def test_explain_and_the_list_of_methods():
    told = adjoin("compute", "water.hull", "--explain").stdout
    assert "low(t)" in told
    assert "责任" in told
    assert "blame" in json.loads(adjoin("compute", "water.hull", "--explain", "--json", "--lang=en").stdout)["what"]
    assert "water.section_class" in adjoin("compute").stdout.split()


def test_cases_says_right_and_wrong(tmp_path):
    case = {"id": "x", "given": json.loads(WAVE), "expect": {"dose": 3}}
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps({"method": "water.dose", "tolerance": {"*": {"abs": 0.5}}, "cases": [case]}))
    done = adjoin("cases", str(path), "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert (report["verdict"], report["passed"], report["worst_error"], report["bound"]) == ("wrong", 0, 1.0, 0.5)
    assert report["misses"] == [{"case": "x", "key": "dose", "met": 2.0, "expected": 3}]
    assert adjoin("cases", str(tmp_path / "gone.json"), "--lang", "en").returncode == 2


def test_all_shipped_cases_are_right():
    done = adjoin("cases", "--lang", "en")
    assert done.returncode == 0
    assert "WRONG" not in done.stdout
    assert "water.section_class" in done.stdout


def test_help_names_every_command_in_both_languages():
    done = adjoin("--help")
    assert done.returncode == 0
    assert "compute" in done.stdout
    assert "计算" in done.stdout
    assert adjoin("nope").returncode == 2
