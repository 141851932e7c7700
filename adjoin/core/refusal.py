"""How Adjoin says no.

A refusal is built from facts; its sentences (what was met, what was expected, what to do) stand in
`data/messages/{zh,en}.yaml` under its kind, so that both languages say the same.
"""


class Refusal(ValueError):  # noqa: N818  # it is an answer, not a mistake of the program
    """Something that was asked cannot be done; `kind` names the sentence, `facts` fill it."""

    def __init__(self, kind: str, /, **facts: object) -> None:
        super().__init__(f"{kind}: {facts}")
        self.kind = kind
        self.facts = facts
