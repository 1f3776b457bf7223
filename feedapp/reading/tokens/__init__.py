"""Tokens: how they are listed, when they were used, and the secret of a home feed."""
