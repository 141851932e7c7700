"""Case files: what a method must answer, with how much error, and whether it does.

A case file is `{about, source, method, tolerance, cases: [{id, given, expect}]}`. What `expect` does not name is
not compared. `tolerance` maps a key of `expect` (the leaf or the nearest one above it, or `*`) to `rel`, `abs`,
`rel_of_max` (relative to the largest expected value of that list) or `exact`; a value may pass by any of them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from adjoin.core.refusal import Refusal
from adjoin.doors.given import parse
from adjoin.doors.registry import compute

Tolerance = Mapping[str, float]  # name of a bound -> its size
Tolerances = Mapping[str, Tolerance]  # key of `expect` -> tolerance
EXACT: Tolerance = {"exact": 0.0}
ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Miss:
    """One place of one case where the answer is not what was expected."""

    case: str
    key: str
    met: object
    expected: object


@dataclass(frozen=True, slots=True)
class Report:
    """How a method did on its cases; the worst error is the one nearest to, or furthest beyond, its bound."""

    method: str
    cases: int
    passed: int
    worst: float
    bound: float
    misses: tuple[Miss, ...]

    @property
    def right(self) -> bool:
        """Whether every case passed, and there was one."""
        return self.passed == self.cases > 0


@dataclass(frozen=True, slots=True)
class _Compared:
    """One leaf compared: its error and the bound of the tolerance it comes nearest to."""

    key: str
    met: object
    expected: object
    error: float
    bound: float

    @property
    def share(self) -> float:
        """The error as a share of its bound; above 1 it fails."""
        if self.error == 0:
            return 0.0
        return self.error / self.bound if self.bound > 0 else math.inf


def shipped() -> list[Traversable]:
    """The case files that come with Adjoin: of the installed program, else of the checkout."""
    installed = files("adjoin") / "data" / "cases"
    folder = installed if installed.is_dir() else Path(str(files("adjoin"))).parent / "cases"
    if not folder.is_dir():
        raise Refusal("no_such_file", file=str(folder))
    return sorted((each for each in folder.iterdir() if each.name.endswith(".json")), key=lambda each: each.name)


@cache
def of(method: str) -> tuple[Mapping[str, Any], ...]:
    """The shipped cases of a method; none where it has no file."""
    found = next((source for source in shipped() if source.name == f"{method}.json"), None)
    return tuple(_read(found).cases) if found else ()


def given(method: str) -> tuple[Mapping[str, Any], ...]:
    """What the shipped cases of a method ask."""
    return tuple(each["given"] for each in of(method))


def run(source: Traversable | Path) -> Report:
    """Every case of a file put to its door."""
    file = _read(source)
    return run_cases(file.method, file.cases, file.tolerance)


def run_cases(method: str, cases: Sequence[Mapping[str, object]], tolerance: Tolerances) -> Report:
    """The report on some cases of a method."""
    worst = _Compared("", None, None, 0.0, 0.0)
    misses: list[Miss] = []
    passed = 0
    for case in cases:
        leaves = list(_compare(case["expect"], compute(method, case["given"], lang="en"), (), tolerance, 0.0))
        wrong = [leaf for leaf in leaves if leaf.share > 1]
        misses += [Miss(str(case["id"]), leaf.key, leaf.met, leaf.expected) for leaf in wrong]
        passed += not wrong
        worst = max([worst, *leaves], key=lambda leaf: leaf.share)
    return Report(method, len(cases), passed, worst.error, worst.bound, tuple(misses))


@dataclass(frozen=True, slots=True)
class _File:
    method: str
    tolerance: Tolerances
    cases: Sequence[Mapping[str, object]]


def _read(source: Traversable | Path) -> _File:
    try:
        file = parse(source.read_bytes())
    except OSError:
        raise Refusal("no_such_file", file=str(source)) from None
    match file:
        case {"method": str(method), "tolerance": dict(tolerance), "cases": list(cases)}:
            for each in cases:
                if not isinstance(each, dict) or not {"id", "given", "expect"} <= each.keys():
                    raise Refusal("not_a_case_file", file=source.name, met=str(each)[:60])
            return _File(method, {key: _tolerance(source.name, rule) for key, rule in tolerance.items()}, cases)
    raise Refusal("not_a_case_file", file=source.name, met=str(file)[:60])


def _tolerance(file: str, rule: object) -> Tolerance:
    """`{"exact": true}` is a bound of zero."""
    known = isinstance(rule, dict) and rule and rule.keys() <= {"rel", "abs", "rel_of_max", "exact"}
    if not known or not isinstance(rule, dict) or not all(isinstance(value, int | float) for value in rule.values()):
        raise Refusal("not_a_case_file", file=file, met=str(rule)[:60])
    return {name: 0.0 if name == "exact" else float(value) for name, value in rule.items()}


def _compare(
    expected: object, met: object, path: tuple[str, ...], tolerance: Tolerances, largest: float
) -> Iterator[_Compared]:
    """Every leaf of what was expected, beside what was met."""
    key = ".".join(path)
    if isinstance(expected, dict):
        if not isinstance(met, Mapping):
            yield _Compared(key, met, expected, math.inf, 0.0)
            return
        for name, value in expected.items():
            yield from _compare(value, met.get(name, ABSENT), (*path, name), tolerance, largest)
    elif isinstance(expected, list):
        if not isinstance(met, list | tuple) or len(met) != len(expected):
            yield _Compared(key, met, expected, math.inf, 0.0)
            return
        largest = max((abs(value) for value in expected if _is_number(value)), default=largest)
        for one, other in zip(expected, met, strict=True):
            yield from _compare(one, other, path, tolerance, largest)
    else:
        yield _leaf(key, expected, met, _bound(_rule(path, tolerance), expected, largest))


def _leaf(key: str, expected: object, met: object, bound: float) -> _Compared:
    if isinstance(expected, int | float) and isinstance(met, int | float) and _is_number(expected) and _is_number(met):
        error = abs(met - expected)
        return _Compared(key, met, expected, math.inf if math.isnan(error) else error, bound)
    same = type(expected) is type(met) and expected == met
    return _Compared(key, met, expected, 0.0 if same else math.inf, 0.0)


def _rule(path: tuple[str, ...], tolerance: Tolerances) -> Tolerance:
    return next((tolerance[key] for key in reversed(path) if key in tolerance), tolerance.get("*", EXACT))


def _bound(rule: Tolerance, expected: object, largest: float) -> float:
    """The widest bound: a value may pass by any of its tolerances."""
    size = abs(expected) if isinstance(expected, int | float) else 0.0
    scale = {"rel": size, "abs": 1.0, "rel_of_max": largest or size, "exact": 0.0}
    return max(value * scale[name] for name, value in rule.items())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
