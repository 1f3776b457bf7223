"""Copies of what PostgreSQL holds, in Redis, that are never older than an acknowledged write.

`keys.py` is the key table, `invalidation.py` says which write makes which key stale, `reads.py` and `writes.py` are the
two halves of the protocol (docs/cache-protocol.md proves them), `backend.py` speaks to Redis through Flask-Caching.
"""
