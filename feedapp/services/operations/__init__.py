"""What operators inspect and repair."""
