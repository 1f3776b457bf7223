"""Writes that tests of tags and bookmarks share."""
