"""Which history of PostgreSQL answers: another one after a restart, a failover, or a restore of a backup.

A server that was started again may continue from an older state (a base backup, a replica that lagged) on the same
timeline, and tell nobody; so may a database that was made anew from a dump. All of these show here, at the price that
copies are dropped after each restart of PostgreSQL, too.
"""

from __future__ import annotations

HISTORY = (
    "concat_ws('/', extract(epoch FROM pg_postmaster_start_time()), "
    "(SELECT oid FROM pg_database WHERE datname = current_database()), pg_relation_filenode('users'))"
)
"""SQL that names the history: since when this server runs, which database it is, and which table of users."""
