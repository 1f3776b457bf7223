"""Writing posts and comments in a browser."""
