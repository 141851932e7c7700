"""Every document is reached from the index, and every link to another one leads to it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FIRST = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")]
PAGES = sorted(DOCS.rglob("*.md"))


def links(page):
    """The files that a page links to, and those of a folder; `/…` is an address of the running pages."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target and not target.startswith("/"):
            found = (page.parent / target).resolve()
            yield from found.glob("*.md") if found.is_dir() and found.is_relative_to(DOCS) else [found]


def test_every_link_leads_somewhere():
    missing = [(page.name, link.name) for page in [*FIRST, *PAGES] for link in links(page) if not link.exists()]
    assert missing == []


def test_every_document_is_reached_from_the_index():
    reached, left = set(), [DOCS / "README.md"]
    while left:
        page = left.pop()
        if page not in reached:
            reached.add(page)
            left += [link for link in links(page) if link.suffix == ".md" and link.is_relative_to(DOCS)]
    assert [page.name for page in PAGES if page not in reached] == []


def test_the_index_is_named_where_people_begin():
    assert DOCS / "README.md" in set(links(ROOT / "README.md"))
