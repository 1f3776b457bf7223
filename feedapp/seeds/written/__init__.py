"""A small community whose conversations were written, not drawn from a hat: what a demo shows.

`people.toml` and `conversations/` hold the texts, `reading` reads them, `telling` decides when all of it happened and
tells it as the lines of an archive, and `drawings` draws the pictures (`drawings.txt`). `flask import` brings it in.
"""
