"""The site itself: its settings, and who may come in."""
