"""Followers, blocks and mutes by the API."""
