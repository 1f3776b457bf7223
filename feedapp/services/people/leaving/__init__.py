"""Leaving: an account that is to be deleted and can be taken back, and what its owner takes along."""
