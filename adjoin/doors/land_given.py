"""What doors to land read beyond numbers: rows, whole numbers, tables of numbers, shapes."""

from typing import TYPE_CHECKING

from adjoin.doors.given import Given, number, refuse

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_LARGEST = 1e6  # km of a coordinate


def rows(given: Given, key: str, most: int = 200_000) -> list[Given]:
    """A list of objects, possibly empty, each knowing its place."""
    values = some(given, key, most)
    return [Given.of(value, f"{given.place(key)}[{i}]") for i, value in enumerate(values)]


def some(given: Given, key: str, most: int = 200_000) -> list[object]:
    """A list, possibly empty, not longer than can be worked on."""
    values = given.raw(key)
    if not isinstance(values, list | tuple):
        refuse("not_a_list", given.place(key), values)
    if len(values) > most:
        refuse("too_long", given.place(key), len(values), expected=most)
    return list(values)


def texts(given: Given, key: str) -> list[str]:
    """A list of texts, none twice."""
    place = given.place(key)
    found = [Given({f"{place}[{i}]": each}).text(f"{place}[{i}]") for i, each in enumerate(some(given, key))]
    for i, each in enumerate(found):
        if len(set(found)) < len(found) and each in found[:i]:
            refuse("listed_twice", f"{place}[{i}]", each)
    return found


def wholes(given: Given, key: str, low: int, high: int) -> list[int]:
    """A list of whole numbers within bounds, possibly empty."""
    place = given.place(key)
    names = [f"{place}[{i}]" for i in range(len(some(given, key)))]
    inside = Given(dict(zip(names, some(given, key), strict=True)))
    return [inside.integer(name, low, high) for name in names]


def table(given: Given, key: str, low: float, high: float, *, most: int = 4_000_000) -> list[list[float]]:
    """Rows of finite numbers, all of one length."""
    place = given.place(key)
    found = [
        Given({f"{place}[{i}]": row}).numbers(f"{place}[{i}]", low, high) for i, row in enumerate(given.items(key))
    ]
    if any(len(row) != len(found[0]) for row in found):
        refuse("rows_differ", place, sorted({len(row) for row in found}), expected=len(found[0]))
    if len(found) * len(found[0]) > most:
        refuse("too_long", place, len(found) * len(found[0]), expected=most)
    return found


def raster(given: Given, key: str) -> list[list[int]]:
    """Rows of whole numbers, all of one length."""
    found = table(given, key, -(2**31), 2**31)
    for i, row in enumerate(found):
        for j, value in enumerate(row):
            if value != int(value):
                refuse("not_an_integer", f"{given.place(key)}[{i}][{j}]", value)
    return [[int(value) for value in row] for row in found]


def point(given: Given, key: str) -> tuple[float, float]:
    """Two numbers."""
    values = given.items(key)
    if len(values) != 2:
        refuse("not_two_numbers", given.place(key), values)
    place = given.place(key)
    return number(values[0], f"{place}[0]", -1e12, 1e12), number(values[1], f"{place}[1]", -1e12, 1e12)


def shape(given: Given, key: str, kinds: tuple[str, ...]) -> "BaseGeometry":
    """A valid shape in well-known text: nothing that is empty or crosses itself."""
    from shapely import from_wkt, get_coordinates
    from shapely.errors import ShapelyError
    from shapely.validation import explain_validity

    text = given.text(key)
    try:
        found = from_wkt(text)
    except (ShapelyError, ValueError):
        refuse("not_a_shape", given.place(key), text, expected=", ".join(kinds))
    if found is None or found.is_empty or found.geom_type not in kinds:
        refuse("not_a_shape", given.place(key), text, expected=", ".join(kinds))
    if not abs(get_coordinates(found)).max() <= _LARGEST:
        refuse("not_a_shape", given.place(key), text, expected=f"<= {_LARGEST:g} km")
    if not found.is_valid:
        refuse("shape_crosses_itself", given.place(key), text, expected=explain_validity(found))
    return found
