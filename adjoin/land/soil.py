"""What may be done with this soil? Classes of farmland and next steps for building land, by published limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LAND_USES = ("paddy", "other", "orchard", "paddy_upland_rotation")
FARM_CLASSES = ("priority", "safe_use", "strict")  # from light to grave
FARM_WORDS = {"priority": "优先保护类", "safe_use": "安全利用类", "strict": "严格管控类"}
PLANNED_USES = ("class1", "class2", "unknown")
STEPS = ("no_action", "detailed_survey_and_risk_assessment", "control_or_remediation")  # from light to grave


@dataclass(frozen=True, slots=True)
class FarmLimit:
    """One cell of GB 15618: the limit of an item for a use within a band of pH (above, up to and including)."""

    kind: str  # "screening" or "intervention"
    item: str
    land_use: str  # "paddy", "other", "orchard", "any"
    ph_above: float
    ph_up_to: float
    value: float  # mg/kg
    clause: str
    status: str


@dataclass(frozen=True, slots=True)
class SiteLimit:
    """One row of GB 36600: screening and intervention by class of land."""

    item: str
    screening: Mapping[str, float]  # class1, class2 -> mg/kg
    intervention: Mapping[str, float]
    natural: bool  # at or below the local background it is not managed as polluted
    clause: str
    status: str


@dataclass(frozen=True, slots=True)
class FarmItem:
    """One content beside its limits."""

    item: str
    screening: FarmLimit
    intervention: FarmLimit | None
    screening_index: float
    farm_class: str


@dataclass(frozen=True, slots=True)
class SiteItem:
    """One content of building land beside its limits, and the step it asks for."""

    item: str
    screening: float
    intervention: float
    background_exception: bool
    step: str
    limit: SiteLimit


def farm(contents: Mapping[str, float], ph: float, land_use: str, limits: Sequence[FarmLimit]) -> tuple[FarmItem, ...]:
    """The class of each item of a farmland sample.

        priority: c <= screening;  strict: c > intervention;  safe_use between;  index = c / screening

    contents : mg/kg by item
    ph : of the soil, decides the band; the upper end of a band belongs to it

    A rotation of paddy and upland takes the smaller screening value. Source: GB 15618-2018, tables 1 and 3.
    """
    return tuple(_farm_item(item, content, ph, land_use, limits) for item, content in contents.items())


def farm_class(items: Sequence[FarmItem]) -> tuple[str, tuple[str, ...]]:
    """The worst class among the items, and the items that decide it (none where all are below screening)."""
    worst = max((each.farm_class for each in items), key=FARM_CLASSES.index)
    return worst, tuple(each.item for each in items if each.farm_class == worst != FARM_CLASSES[0])


def site(
    contents: Mapping[str, float], background: Mapping[str, float], land_class: str, limits: Mapping[str, SiteLimit]
) -> tuple[SiteItem, ...]:
    """The next step each content asks for on land to be built on.

        c <= screening: none;  c > intervention: control;  between: detailed survey and risk assessment

    contents, background : mg/kg by item; a natural content (arsenic, cobalt, vanadium) up to its local background
        asks for nothing
    land_class : "class1" or "class2"

    Source: GB 36600-2018, 5.3.1 to 5.3.5 and the notes under its tables.
    """
    return tuple(
        _site_item(limits[item], content, background.get(item), land_class) for item, content in contents.items()
    )


def gravest(items: Sequence[SiteItem]) -> str:
    """The step of the site: the gravest of its items."""
    return max((each.step for each in items), key=STEPS.index)


def _farm_item(item: str, content: float, ph: float, land_use: str, limits: Sequence[FarmLimit]) -> FarmItem:
    rows = [each for each in limits if each.item == item and each.ph_above < ph <= each.ph_up_to]
    screening = _screening([each for each in rows if each.kind == "screening"], land_use)
    intervention = next((each for each in rows if each.kind == "intervention"), None)
    over = intervention is not None and content > intervention.value
    grave = 0 if content <= screening.value else 1 + over
    return FarmItem(item, screening, intervention, content / screening.value, FARM_CLASSES[grave])


def _screening(rows: Sequence[FarmLimit], land_use: str) -> FarmLimit:
    """The row of this use, else the one of other uses; the smaller of paddy and other for a rotation."""
    by_use = {each.land_use: each for each in rows}
    if land_use == "paddy_upland_rotation":
        return min((each for use, each in by_use.items() if use != "orchard"), key=lambda each: each.value)
    return by_use.get(land_use) or by_use.get("other") or by_use["any"]


def _site_item(limit: SiteLimit, content: float, background: float | None, land_class: str) -> SiteItem:
    screening, intervention = limit.screening[land_class], limit.intervention[land_class]
    excepted = limit.natural and content > screening and background is not None and content <= background
    grave = 0 if content <= screening or excepted else 1 + (content > intervention)
    return SiteItem(limit.item, screening, intervention, excepted, STEPS[grave], limit)
