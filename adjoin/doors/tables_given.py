"""Tables in a question: lists and matrices that must go together."""

from collections.abc import Sequence

from adjoin.doors.given import Given, number, refuse


def objects(given: Given, key: str, most: int) -> list[Given]:
    """A list of objects, at least one."""
    items = given.items(key)
    size(given.place(key), items, 1, most)
    return [Given.of(each, f"{given.place(key)}[{i}]") for i, each in enumerate(items)]


def matrix(given: Given, key: str, shape: tuple[int, int], low: float, high: float) -> list[list[float]]:
    """A matrix of so many rows and columns."""
    rows = given.items(key)
    even(given.place(key), rows, shape[0])
    return [row(each, f"{given.place(key)}[{i}]", shape[1], low, high) for i, each in enumerate(rows)]


def row(value: object, place: str, length: int, low: float, high: float) -> list[float]:
    """A list of so many numbers."""
    if not isinstance(value, list | tuple):
        refuse("not_a_list", place, value)
    even(place, value, length)
    return [number(each, f"{place}[{j}]", low, high) for j, each in enumerate(value)]


def panel_row(value: object, place: str, length: int, low: float, high: float) -> list[float]:
    """A row of a panel: as many numbers as there are times; a gap is refused by its place."""
    if isinstance(value, list | tuple):
        for j, each in enumerate(value):
            if each is None:
                refuse("gap_in_panel", f"{place}[{j}]", each)
    return row(value, place, length, low, high)


def even(place: str, values: Sequence[object], length: int) -> None:
    """Refuse a list that does not go with another of this length."""
    if len(values) != length:
        refuse("uneven_lists", place, len(values), expected=length)


def size(place: str, values: Sequence[object], least: int, most: int) -> None:
    """Refuse a list that is too short or too long."""
    if not least <= len(values) <= most:
        refuse("out_of_bounds", place, len(values), low=least, high=most)


def once(place: str, names: Sequence[str]) -> None:
    """Refuse a list in which a name stands twice."""
    for i, name in enumerate(names):
        if name in names[:i]:
            refuse("named_twice", f"{place}[{i}]", name)


def known(place: str, name: str, names: Sequence[str]) -> str:
    """A name that must be one of these."""
    return name if name in names else refuse("not_a_choice", place, name, expected=", ".join(names))


def maybe(given: Given, key: str, low: float, high: float, default: float = 0.0) -> float:
    """A number, or the default where the key is absent or null."""
    return default if given.values.get(key) is None else given.number(key, low, high)
