"""Notifications: what writes them and takes them back, and what marks them as read."""
