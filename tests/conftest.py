"""Puts this folder on the path, so that tests of all kinds share `two_sides`."""
