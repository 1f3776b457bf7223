"""Changes to the source that break the promise, each of which some test must notice."""
