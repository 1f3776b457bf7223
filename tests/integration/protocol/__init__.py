"""The promise of the cache: no read is stale, however reads and writes overlap."""
