"""Many rows at once: import, export, seeds."""
