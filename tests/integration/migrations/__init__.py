"""Migrations, and the large changes that they order."""
