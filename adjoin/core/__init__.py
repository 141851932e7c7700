"""The words of the product: values that are small and frozen; no I/O, no clock, no randomness."""
