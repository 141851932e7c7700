"""Mathematics that would be true on another planet."""
