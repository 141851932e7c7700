"""What Adjoin says, in both languages, from one catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

import yaml

from adjoin.core.refusal import Refusal

Words = Mapping[str, str]  # lang -> sentence
LANGUAGES = ("zh", "en")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, and every command reads the catalogue


@dataclass(frozen=True)
class Messages:
    """The sentences of all parts, by key."""

    says: Mapping[str, Words]
    refusals: Mapping[str, Mapping[str, Words]]  # kind -> met, expected, do

    def say(self, key: str, lang: str, /, **facts: object) -> str:
        """A sentence, its places filled; a key that nobody wrote stands as itself, so that the gap is seen."""
        words = self.says.get(key)
        return key if words is None else _filled(words[lang], facts)

    def refusal(self, refusal: Refusal, lang: str) -> dict[str, str]:
        """A refusal as what was met, what was expected and what to do."""
        parts = self.refusals.get(refusal.kind, {})
        facts = {name: self._within(refusal.kind, fact, lang) for name, fact in refusal.facts.items()}
        said = {part: _filled(parts[part][lang], facts) for part in parts}
        return {
            "kind": refusal.kind,
            "met": said.get("met", str(refusal.facts.get("met", ""))),
            "expected": said.get("expected", str(refusal.facts.get("expected", ""))),
            "do": said.get("do", ""),
        }

    def _within(self, kind: str, fact: object, lang: str) -> object:
        """A refusal inside another says what it expected; a reason that has words under its kind is said in them."""
        if isinstance(fact, Refusal):
            return self.refusal(fact, lang)["expected"]
        words = self.says.get(f"{kind}.{fact}") if isinstance(fact, str) else None
        return fact if words is None else words[lang]


@cache
def messages() -> Messages:
    """The catalogue: one file a part under `data/messages`, each key with both languages side by side."""
    says: dict[str, Words] = {}
    refusals: dict[str, Mapping[str, Words]] = {}
    folder = files("adjoin") / "data" / "messages"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            part = cast("Mapping[str, Mapping[str, object]]", yaml.load(file.read_text("utf-8"), _LOADER) or {})  # noqa: S506  # the safe loader, in C
            says.update(cast("Mapping[str, Words]", part.get("says") or {}))
            refusals.update(cast("Mapping[str, Mapping[str, Words]]", part.get("refusals") or {}))
    return Messages(says, refusals)


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "—"


def _filled(sentence: str, facts: Mapping[str, object]) -> str:
    return sentence.format_map(_Blank(facts))
