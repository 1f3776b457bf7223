"""Programs of others in a browser."""
