"""What is kept of a thing in a register: its attributes as text, held against its kind."""

from collections.abc import Mapping
from datetime import date

from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.site import Attribute, Kind, Site
from adjoin.formats.kinds import columns, kinds

PLACE = ("lon", "lat", "error_km")

Values = Mapping[str, str]


def kind_of(code: str) -> Kind:
    """The kind of this code; refused where there is none."""
    found = kinds().get(code)
    if found is None:
        raise Refusal("unknown_register", met=code[:60], expected=", ".join(kinds()))
    return found


def values_of(site: Site) -> dict[str, str]:
    """What is kept of a site, as text by attribute; what is not known is absent."""
    place = site.place
    found = {
        "name_zh": site.name_zh, "name_en": site.name_en, "lon": _text(place.lon), "lat": _text(place.lat),
        "error_km": _text(place.error_km), "since": _text(site.since), "until": _text(site.until),
        "status": site.status, "note": site.note, **site.attributes,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def choices_of(region: Region, side: str, attribute: Attribute) -> Mapping[str, str]:
    """What may be chosen for an attribute: codes with their words; for a jurisdiction those below a side."""
    if attribute.form != "party":
        return attribute.choices
    below = (each for each in region.parties.values() if each.code != side and region.side_of(each.code) == side)
    return {each.code: f"{each.name_zh} {each.name_en}" for each in below}


def checked(region: Region, side: str, kind: Kind, given: Values) -> dict[str, str]:
    """What a row says, held against its kind: every attribute as it is kept; refused where one cannot be."""
    found = {each.code: said(region, side, each, given.get(each.code, "")) for each in columns(kind)}
    whole(found)
    return found


def said(region: Region, side: str, attribute: Attribute, text: str) -> str:
    """What a cell says of an attribute, as it is kept; a jurisdiction by its code, however it was named."""
    given = attribute.said(text)
    if attribute.form != "party" or not given:
        return given
    choices = choices_of(region, side, attribute)
    names = {
        code: {code, words, region.parties[code].name_zh, region.parties[code].name_en}
        for code, words in choices.items()
    }
    found = next((code for code, all_names in names.items() if given in all_names), None)
    return found or attribute.refuse("attribute_no_choice", given, expected=region.parties[side].name_zh)


def whole(said: Values) -> None:
    """Whether the parts of a row hold together."""
    lon, lat, since, until = (said.get(part, "") for part in ("lon", "lat", "since", "until"))
    if bool(lon) != bool(lat):
        raise Refusal("half_a_place", met=lon or lat)
    if since and until and until <= since:
        raise Refusal("until_before_since", met=until, since=since)


def _text(value: float | date | None) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else f"{value:.10g}"
