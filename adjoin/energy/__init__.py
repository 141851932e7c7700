"""Energy: carbon, intensity, what moved it, and power that two areas share."""
