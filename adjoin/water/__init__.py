"""What is known about rivers: quality, and what a border value can and cannot be."""
