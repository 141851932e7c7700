"""Waste: transfers across a line, plants and who pays for them."""
