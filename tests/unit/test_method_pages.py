"""The page of every method is the one that door, case file, index and catalogue give now."""

from pathlib import Path

from adjoin.cli import method_pages
from adjoin.doors import registry

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def test_every_method_has_its_page_and_it_is_current():
    made = method_pages.pages(FOLDER / "methods.md")
    assert {path.name for path in (FOLDER / "methods").glob("*.md")} == set(made), "run `adjoin docs docs/reference`"
    stale = [name for name, text in made.items() if (FOLDER / "methods" / name).read_text("utf-8") != text]
    assert not stale, "run `adjoin docs docs/reference`"


def test_a_page_says_formula_units_example_limits_and_refusals():
    text = (FOLDER / "methods" / "risk.tailings.md").read_text("utf-8")
    for part in ("## 符号与单位 Symbols and units", "## 出处 Source", "## 界限 Limits", "## 示例 Example",
                 "## 约定 Conventions", "## 拒绝 Refusals", "unofficial until the table is confirmed"):  # fmt: skip
        assert part in text
    for method in registry.methods():
        assert len(registry.door(method).explain.symbols) > 0, method
