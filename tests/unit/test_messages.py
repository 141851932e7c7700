"""Every sentence that code names stands in the catalogue, in both languages, with the same places to fill."""

import ast
import re
from pathlib import Path
from string import Formatter

import adjoin
from adjoin.core.refusal import Refusal
from adjoin.formats.messages import LANGUAGES, messages

ROOT = Path(adjoin.__file__).parent


def named(function: str) -> set[str]:
    kinds = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name == function and isinstance(node.args[0].value, str):
                    kinds.add(node.args[0].value)
    return kinds


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_refusal_has_its_sentences():
    missing = named("Refusal") | (named("fault") - {"fault"})
    assert missing - set(messages().refusals) == set()


def test_both_languages_fill_the_same_places():
    catalogue = messages()
    pairs = list(catalogue.says.items())
    pairs += [(f"{kind}.{part}", words) for kind, parts in catalogue.refusals.items() for part, words in parts.items()]
    for key, words in pairs:
        assert set(words) == set(LANGUAGES), key
        assert places(words["zh"]) == places(words["en"]), key
        plain = re.sub(r"\{\w+\}", "", words["zh"])  # what is the same in both is code, not language
        assert (
            re.search(r"[\u4e00-\u9fff]", plain)
            or words["zh"].replace("：", ": ") == words["en"]
            or not re.search(r"[a-z]{4}", plain)
        ), key


def test_a_refusal_says_what_was_met_expected_and_what_to_do():
    for kind, parts in messages().refusals.items():
        assert set(parts) == {"met", "expected", "do"}, kind
    said = messages().refusal(Refusal("unknown_site", met="朱坨", near="朱沱"), "zh")
    assert "朱坨" in said["met"]
    assert "朱沱" in said["do"] + said["expected"]
