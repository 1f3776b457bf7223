"""Accounts, passwords, tokens and usernames by the API."""
