"""Journeys of moderators, and of those about whom they decide."""
