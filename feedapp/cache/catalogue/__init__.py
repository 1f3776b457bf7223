"""The catalogue of cache keys: what is cached, for how long, and which write invalidates it."""
