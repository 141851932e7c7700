"""Doors to works that both sides share: together or apart, and who pays."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from adjoin.core.measure import Decision, Measure
from adjoin.core.refusal import Refusal
from adjoin.doors.door import Answer, Asked, Door
from adjoin.doors.given import Given
from adjoin.doors.tables_given import objects, once
from adjoin.doors.waste_explained import EXPLAINED

if TYPE_CHECKING:
    from adjoin.methods import fair
    from adjoin.waste.sewage import Joined, Place, Town

_FLOW, _MONEY, _FAR = 1e9, 1e9, 1e7
_PLAYERS, _TOWNS, _PLANTS = 10, 8, 6


def sewage(asked: Asked) -> Answer:
    """Together or apart, and who pays."""
    import math

    from adjoin.methods import fair
    from adjoin.waste import sewage as question

    given = Given.of(asked)
    places = _places(given)
    towns = _towns(given, places)
    pipe = given.number("pipe_wan_per_1000m3_d_km", 0, _MONEY)

    apart = question.apart(towns, places, pipe)
    joined = question.coalitions(towns, places, pipe)
    costs, whole = {s: each.cost for s, each in joined.items()}, joined[(1 << len(towns)) - 1]
    alone = math.fsum(each.cost for each in apart)
    if not math.isfinite(whole.cost) or not math.isfinite(alone):
        return {"status": "infeasible"}

    return {
        "joint_cost_wan": whole.cost,
        "joint_assignment": {town.name: whole.sites[town.name] for town in towns},
        "apart_cost_wan": alone,
        "apart_assignment": {name: site for each in apart for name, site in each.sites.items()},
        "saving_wan": alone - whole.cost,
        "coalition_cost_wan": {_key(s, len(towns)): cost for s, cost in costs.items()},
        **_shares(fair.shares(costs, len(towns), cost=True), "_wan"),
        **_proof(costs, len(towns), cost=True),
        "decision": _decision(towns, whole),
    }


def cost_sharing(asked: Asked) -> Answer:
    """Shapley value and nucleolus of a game."""
    from adjoin.methods import fair

    given = Given.of(asked)
    kind, players = given.choice("kind", ("cost", "value")), given.integer("n", 1, _PLAYERS)
    game = given.inner("game")
    keys = {s: _key(s, players) for s in range(1, 1 << players)}
    if missing := [key for key in keys.values() if key not in game.values]:
        raise Refusal("missing_key", key=game.place(missing[0]), met=f"{len(game.values)}")
    numbers = {s: game.number(key, -_MONEY, _MONEY) for s, key in keys.items()}
    found = _shares(fair.shares(numbers, players, cost=kind == "cost"), "")
    return found | _proof(numbers, players, cost=kind == "cost")


def _places(given: Given) -> "list[Place]":
    from adjoin.waste.sewage import Place

    places = [
        Place(
            each.text("name"),
            each.text("side"),
            each.number("fixed_wan", 0, _MONEY),
            each.number("run_wan_per_1000m3_d", 0, _MONEY),
            each.number("capacity_1000m3_d", 0, _FLOW),
        )
        for each in objects(given, "sites", _PLANTS)
    ]
    once("sites", [each.name for each in places])
    return places


def _towns(given: Given, places: "list[Place]") -> "list[Town]":
    from adjoin.waste.sewage import Town

    towns = [
        Town(
            each.text("name"),
            each.text("side"),
            each.number("flow_1000m3_d", 0, _FLOW),
            {place.name: each.inner("km").number(place.name, 0, _FAR) for place in places},
        )
        for each in objects(given, "towns", _TOWNS)
    ]
    once("towns", [each.name for each in towns])
    return towns


def _decision(towns: "list[Town]", whole: "Joined") -> dict[str, object]:
    measures = tuple(Measure(f"{town.name} -> {whole.sites[town.name]}", town.flow) for town in towns)
    cost = whole.cost
    return Decision(sense="least", measures=measures, objective=cost, bound=cost, proof="all looked at").as_json()


def _proof(game: Mapping[int, float], players: int, *, cost: bool) -> dict[str, object]:
    """The levels of advantages that prove the nucleolus, each with its balancing weights by coalition."""
    from adjoin.methods import balanced, fair

    sign = 1.0 if cost else -1.0
    costs = {s: sign * value for s, value in game.items()}
    division = tuple(sign * x for x in fair.shares(game, players, cost=cost).nucleolus)
    levels = balanced.proof(costs, division)
    return {
        "nucleolus_proof": [
            {"advantage": each.advantage, "weights": {_key(s, players): w for s, w in each.weights.items()}}
            for each in levels
        ],
        "nucleolus_proved": balanced.proves(costs, division, levels),
    }


def _shares(found: "fair.Shares", unit: str) -> dict[str, object]:
    return {
        f"shapley{unit}": list(found.shapley),
        f"nucleolus{unit}": list(found.nucleolus),
        f"least_core_value{unit}": found.least_core_value,
        "core_is_empty": found.core_is_empty,
        "shapley_in_core": found.shapley_in_core,
    }


def _key(coalition: int, players: int) -> str:
    return "".join(str(coalition >> i & 1) for i in range(players))


DOORS = tuple(
    Door(f"waste.{method.__name__}", method, EXPLAINED[f"waste.{method.__name__}"]) for method in (sewage, cost_sharing)
)
