"""Land: soil, zoning, green belts, habitat, the animals that live there, and what changed."""
