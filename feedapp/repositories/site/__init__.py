"""The tables of the site itself, and of who may come in."""
