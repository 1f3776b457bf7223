"""The cache without I/O: keys, runs of Redis, trust and timing."""
