"""Notifications: what writes them and takes them back, what marks them as read, and what people do not want to be told."""
