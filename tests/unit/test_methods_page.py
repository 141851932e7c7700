"""docs/reference/methods.md: it names every method and every example on it runs."""

import json
import re
from pathlib import Path

import adjoin
from adjoin.doors import registry

PAGE = (Path(adjoin.__file__).parent.parent / "docs" / "reference" / "methods.md").read_text("utf-8")


def test_the_table_names_every_method():
    named = re.findall(r"^\| \[?`([a-z_0-9]+\.[a-z_0-9]+)`[ \]]", PAGE, re.MULTILINE)
    assert set(named) == set(registry.methods())


def test_the_examples_give_what_they_say():
    examples = re.findall(r'adjoin\.compute\("([\w.]+)", (\{.*\})\)\s+# (\{.*\})', PAGE)
    assert examples
    for method, asked, answer in examples:
        assert adjoin.compute(method, json.loads(asked)) == json.loads(answer)
    (asked, method, answer) = re.findall(r"echo '(\{.*\})' \| adjoin compute ([\w.]+) --json\s+# (\{.*\})", PAGE)[0]
    assert adjoin.compute(method, json.loads(asked)) == json.loads(answer)


def test_every_refusal_it_names_can_be_met():
    named = set(re.findall(r"`(\w+)`", PAGE[PAGE.index("| kind") : PAGE.index("## 规则文件")])) - {"TP"}
    source = "".join(file.read_text("utf-8") for file in Path(adjoin.__file__).parent.rglob("*.py"))
    assert all(f'"{kind}"' in source for kind in named if kind.islower())
