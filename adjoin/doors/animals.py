"""Doors to animals that are bred: pedigree, effective size, matings."""

import math
from collections.abc import Mapping

from adjoin.core.measure import Decision, Measure
from adjoin.core.refusal import Refusal
from adjoin.doors.animals_explained import EXPLAINED
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given, refuse
from adjoin.doors.land_given import rows, some, texts
from adjoin.land import inbreeding
from adjoin.land.pedigree import Animal, Pedigree

_RULES = ("sex_ratio", "family_size_variance", "fluctuating_size", "rate_of_inbreeding", "individual_increase")
_ANIMALS, _CANDIDATES, _PAIRS = 200_000, 500, 2_000
_WORK = 20_000_000  # animals times passes over them


def effective_size(asked: Asked) -> Answer:
    """Effective size and rate of inbreeding, by the named rule."""
    given = Given.of(asked)
    found = _size(given, given.choice("rule", _RULES))
    return {"Ne": found.animals, "dF": found.rate, "verdict": "within" if found.within else "at_risk"}


def pedigree(asked: Asked) -> Answer:
    """Inbreeding and kinship from a pedigree, and what the living keep of its founders."""
    given = Given.of(asked)
    animals = _animals(given)
    found = Pedigree.of(animals)
    by_number = found.inbreeding.tolist()
    answer: dict[str, object] = {
        "inbreeding": {animal.id: by_number[found.number[animal.id]] for animal in animals},
        "kinship": _kinship(given, found) if "pairs" in given.values else [],
    }
    return answer | (_living(given, found) if "living" in given.values else {})


def mating(asked: Asked) -> Answer:
    """Matings of least inbreeding, and the contributions of least coancestry."""
    from adjoin.land import mating as plan

    given = Given.of(asked)
    found = _pedigree(given)
    males, females = (_numbers(given, key, found) for key in ("males", "females"))
    if both := set(males) & set(females):
        refuse("listed_twice", "females", found.ids[min(both)])
    candidates = [*males, *females]
    _bounded(given, "pedigree", found, len(candidates))
    kinship = found.among(candidates)
    cross = kinship[: len(males), len(males) :]
    pairs = plan.assignment(cross, given.integer("max_females_per_male", 1, _CANDIDATES))
    shares = plan.contributions(kinship, len(males))
    names = [found.ids[i] for i in candidates]
    answer: dict[str, object] = {
        "kinship_male_by_female": cross.tolist(),
        "random_mating_mean_progeny_inbreeding": float(cross.mean()),
        "mean_kinship": dict(zip(names, kinship.mean(axis=1).tolist(), strict=True)),
        "infeasible": pairs is None,
        "minimum_group_coancestry": shares.coancestry,
        "optimal_contributions": dict(zip(names, shares.shares.tolist(), strict=True)),
        "coancestry_gap": shares.gap,
        "contributions_decision": Decision(
            sense="least",
            measures=tuple(Measure(name, float(c)) for name, c in zip(names, shares.shares, strict=True) if c),
            objective=shares.coancestry,
            bound=shares.coancestry - shares.gap,
            proof="prices",
            prices=dict(zip(("males", "females"), shares.prices, strict=True)),
        ).as_json(),
    }
    if pairs is not None:
        total = math.fsum(float(cross[male, i]) for i, male in enumerate(pairs))
        answer["minimum_sum_of_progeny_inbreeding"] = total
        answer["mean_progeny_inbreeding"] = total / len(females)
        couples = tuple(Measure(f"{names[male]} x {names[len(males) + i]}", 1.0) for i, male in enumerate(pairs))
        answer["decision"] = Decision("least", couples, total, total, "search").as_json()
        answer["assignment"] = {names[len(males) + i]: names[male] for i, male in enumerate(pairs)}
    return answer


def _size(given: Given, rule: str) -> inbreeding.Size:
    if rule == "sex_ratio":
        return inbreeding.of_sexes(given.integer("males", 1, 10**9), given.integer("females", 1, 10**9))
    if rule == "family_size_variance":
        return inbreeding.of_families(given.integer("animals", 1, 10**9), given.number("variance", 0, 1e9))
    if rule == "fluctuating_size":
        return inbreeding.of_generations(given.numbers("sizes", 1, 1e12))
    if rule == "rate_of_inbreeding":
        return inbreeding.of_means(given.number("F_before", 0, 1 - 1e-9), given.number("F_now", 0, 1))
    shares, times = given.numbers("F", 0, 1), given.numbers("t", 1 + 1e-9, 1e6)
    if len(shares) != len(times):
        refuse("rows_differ", "t", len(times), expected=len(shares))
    return inbreeding.of_individuals(shares, times)


def _animals(given: Given) -> list[Animal]:
    given.items("pedigree")
    return [
        Animal(each.text("id"), _parent(each, "sire"), _parent(each, "dam"))
        for each in rows(given, "pedigree", _ANIMALS)
    ]


def _parent(row: Given, key: str) -> str | None:
    return None if row.values.get(key) is None else row.text(key)


def _pedigree(given: Given) -> Pedigree:
    return Pedigree.of(_animals(given))


def _numbers(given: Given, key: str, found: Pedigree) -> list[int]:
    given.items(key)
    return [_number(name, found) for name in texts(given, key)]


def _number(name: str, found: Pedigree) -> int:
    if name not in found.number:
        raise Refusal("no_such_animal", met=name, animal="—")
    return found.number[name]


def _bounded(given: Given, key: str, found: Pedigree, passes: int) -> None:
    if passes * len(found.ids) > _WORK:
        refuse("too_long", given.place(key), len(found.ids), expected=_WORK // passes)


def _kinship(given: Given, found: Pedigree) -> list[dict[str, object]]:
    pairs = []
    for i, each in enumerate(some(given, "pairs", _PAIRS)):
        place = f"pairs[{i}]"
        if not isinstance(each, list | tuple) or len(each) != 2:
            refuse("not_two_names", place, each)
        inside = Given({f"{place}[{j}]": name for j, name in enumerate(each)})
        pairs.append((inside.text(f"{place}[0]"), inside.text(f"{place}[1]")))
    firsts = {a: _number(a, found) for a, _ in pairs}
    _bounded(given, "pairs", found, max(1, len(firsts)))
    rows_of = {a: found.kinship(found.unit(i)) for a, i in firsts.items()}
    return [{"a": a, "b": b, "value": float(rows_of[a][_number(b, found)])} for a, b in pairs]


def _living(given: Given, found: Pedigree) -> dict[str, object]:
    import numpy as np

    from adjoin.land import founders

    living = _numbers(given, "living", found)
    weights = np.zeros(len(found.ids))
    weights[living] = 1 / len(living)
    means = found.kinship(weights)[living]
    mean = float(means.mean())
    shares, kept = founders.contributions(found, weights), founders.retention(found, living)
    return {
        "mean_kinship": {found.ids[i]: float(value) for i, value in zip(living, means, strict=True)},
        "mean_kinship_population": mean,
        "gene_diversity": 1 - mean,
        "genome_equivalents_from_mean_kinship": 1 / (2 * mean),
        "founder_contribution": shares,
        "founder_equivalents": 1 / math.fsum(p**2 for p in shares.values()),
        "founder_retention": dict(kept.by_founder),
        "founder_genome_equivalents": _genomes(shares, kept.by_founder),
        "gene_drops": kept.drops,
    }


def _genomes(shares: Mapping[str, float], kept: Mapping[str, float]) -> float | None:
    """1 / sum p^2/r; None where a gene drop met no allele of a founder that should have left some."""
    parts = [(p, kept[name]) for name, p in shares.items() if p > 0]
    if any(r == 0 for _, r in parts):
        return None
    return 1 / math.fsum(p**2 / r for p, r in parts)


DOORS = tuple(
    Door(method, answer, EXPLAINED[method])
    for method, answer in (
        ("land.pedigree", pedigree),
        ("land.effective_size", effective_size),
        ("land.mating", mating),
    )
)
