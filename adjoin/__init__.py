"""Adjoin: the system that two neighbouring jurisdictions govern a shared river and a shared sky with."""

from collections.abc import Mapping


def compute(method: str, given: object, *, lang: str = "zh") -> Mapping[str, object]:
    """The answer of a method, as `adjoin compute` and `POST /api/compute` give it; JSON values in and out.

    method : "water.hull"
    given : the question, a JSON object
    lang : "zh" or "en", of an error

    A refused question is answered by `{"error": {"kind", "met", "expected", "do"}}`.
    """
    from adjoin.doors import registry

    return registry.compute(method, given, lang=lang)
