"""Identifies the history of PostgreSQL: it changes with a restart, a failover, or a restored backup.

A restarted server may continue from an older state (a base backup, a lagging replica) on the same timeline without
any sign of it; so may a database restored from a dump. All of these are detected here. The price: copies are also
dropped after each plain restart of PostgreSQL.
"""

from __future__ import annotations

HISTORY = (
    "concat_ws('/', extract(epoch FROM pg_postmaster_start_time()), "
    "(SELECT oid FROM pg_database WHERE datname = current_database()), pg_relation_filenode('users'))"
)
"""SQL that names the history: start time of the server, identity of the database and of the table of users."""
