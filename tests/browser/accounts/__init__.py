"""Journeys into accounts, and back."""
