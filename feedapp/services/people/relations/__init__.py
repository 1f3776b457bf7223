"""Whom members want nothing to do with."""
