"""Batches of keys: interleavings in which half of one is lost, and mistakes that only batches allow."""
