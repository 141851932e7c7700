"""What leaves the house besides packages: letters and events for other programs."""
