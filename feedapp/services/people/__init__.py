"""Accounts, profiles, who follows whom."""
