"""Servers that feedapp may meet elsewhere: a Redis Cluster, Redis behind TLS, Debian's Redis 7, pgbouncer."""
