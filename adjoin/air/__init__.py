"""Air: how good it is, when to warn, where a plume goes, what each region's emissions do."""
