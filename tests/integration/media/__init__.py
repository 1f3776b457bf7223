"""How pictures are decoded and kept."""
