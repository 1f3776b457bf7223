"""Many requests at once on the same rows."""
