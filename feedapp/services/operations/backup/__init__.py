"""Backups: PostgreSQL by dump, or by base backup with WAL; media; settings. Not Redis, which holds copies only.

A backup is a folder, made under another name and renamed when it is whole (`storing`). `restoring` reads one back.
"""
