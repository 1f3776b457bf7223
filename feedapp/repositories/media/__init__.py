"""SQL of pictures."""
