"""Adjoin: the system that two neighbouring jurisdictions govern a shared river and a shared sky with."""
