"""Forms in general: CSRF tokens, focus, duplicates, limits, hostile input."""
