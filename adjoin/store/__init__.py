"""The three books on disk."""
