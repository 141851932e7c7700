"""Doors to what happens to water and what it carries on the way down a river."""

from adjoin.doors.door import Door

DOORS: tuple[Door, ...] = ()
