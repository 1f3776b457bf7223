"""Texts: characters, links, mentions, folding, times."""
