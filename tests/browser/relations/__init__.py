"""Journeys of members who protect themselves."""
