"""One door a method: JSON in, JSON out."""
