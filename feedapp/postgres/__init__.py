"""Connections to PostgreSQL whose waits are bounded, and that notice when the server is gone."""
