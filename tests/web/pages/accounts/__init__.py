"""Accounts, sessions, settings and tokens on the pages."""
