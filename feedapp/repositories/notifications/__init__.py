"""Notifications: what writes them and takes them back, marks them as read, and what people do not want to be told."""
