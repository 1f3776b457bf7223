"""Reads through the cache, into read models."""
