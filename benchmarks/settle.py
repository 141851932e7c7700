"""Settlement of 1000 sections over a year under five agreements; beside it the same sums written out in plain floats.

And the draw of 5 000 out of 100 000; beside it the digest of the same terms alone, which every draw has to take.
"""

import hashlib
import time
from dataclasses import replace
from fractions import Fraction
from random import Random

from adjoin.core.entry import canonical
from adjoin.formats.agreements import agreements
from adjoin.joint import inspection
from adjoin.joint.settle import ready

NAMES = ("xinan_round1", "xinan_round2", "xinan_round3", "chishui_2018", "chongqing_inner_2018")
CLASSES = ("I", "II", "III", "IV", "V", "worse_than_V")


def run():
    yield _settle()
    yield _draw()


def _settle(sections=1000, months=12):
    running = [ready(agreements()[name]) for name in NAMES]
    chance = Random(1)
    work = [(each, _inputs(each, chance)) for _ in range(sections * months) for each in running]
    start = time.perf_counter()
    found = [each.settle(inputs) for each, inputs in work]
    seconds = time.perf_counter() - start
    assert len(found) == sections * months * len(NAMES)
    first = [inputs for each, inputs in work if each.agreement.name == NAMES[0]]
    plain = [{name: float(value) for name, value in inputs.items()} for inputs in first]
    start = time.perf_counter()
    for each in plain:
        _by_hand(each)
    peer = (time.perf_counter() - start) * len(NAMES)
    return {
        "name": "settle.year", "work": len(work), "seconds": seconds, "rate": len(work) / seconds,
        "unit": "settlements", "peer": "the first formula in plain floats, five times", "peer_seconds": peer,
        "ratio": seconds / peer,
    }  # fmt: skip


def _inputs(running, chance):
    found = {}
    for term in running.inputs:
        if term.unit == "class":
            found[term.name] = chance.choice(CLASSES)
        else:
            found[term.name] = Fraction(chance.randint(100, 40000), 10000)
    return found


def _by_hand(at):
    index = 0.85 * sum(0.25 * at[f"C_{name}"] / at[f"B_{name}"] for name in ("CODMn", "NH3N", "TN", "TP"))
    net = {"a": 0, "b": 0, "c": 0}
    for payer, payee, yuan, due in (("b", "a", 1e8, index <= 1), ("a", "b", 1e8, index > 1), ("c", "a", 3e8, True)):
        if due:
            net[payer] -= yuan
            net[payee] += yuan
    return index, net


def _draw(count=5_000, of=100_000):
    signed = {
        "purpose": "yearly",
        "parties": ["A", "B"],
        "population": [f"U-{i:06d}" for i in range(of)],
        "count": count,
    }
    terms = inspection.Terms(signed, ("A", "B"), population=tuple(signed["population"]), count=count)
    seeds = {party: hashlib.sha256(party.encode()).digest() for party in "AB"}
    start = time.perf_counter()
    drawn = inspection.draw(terms, seeds)
    seconds = time.perf_counter() - start
    assert len(set(drawn.sample)) == count
    weights = replace(terms, weights={unit: 1 + i % 10 for i, unit in enumerate(terms.population)})
    start = time.perf_counter()
    inspection.draw(weights, seeds)
    by_weight = time.perf_counter() - start
    start = time.perf_counter()
    hashlib.sha256(canonical(signed)).digest()
    peer = time.perf_counter() - start
    return {
        "name": "settle.draw", "work": count, "seconds": seconds, "rate": count / seconds, "unit": "units drawn",
        "peer": "the digest of the same terms alone", "peer_seconds": peer, "ratio": seconds / peer,
        "weighted_seconds": by_weight,
    }  # fmt: skip
