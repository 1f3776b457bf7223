"""How Alembic reaches the database: through the app's own engine, one upgrade at a time."""

import logging
import time

from alembic import context
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

migrate = current_app.extensions["migrate"]
log = logging.getLogger("feedapp.migrations")
LOCK_SECONDS = 3
ATTEMPTS = 30
LONGEST_PAUSE = 5
LOCK_NOT_AVAILABLE = "55P03"
LOCK = 6_283_185  # any number, the same for every process that migrates


def migrate_offline() -> None:
    """Print the SQL instead of running it (`flask --app wsgi db upgrade --sql`)."""
    context.configure(dialect_name="postgresql", target_metadata=migrate.db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def migrate_online() -> None:
    """Run all steps in one transaction; begin again if a lock cannot be had soon.

    Whoever waits for a strong lock makes everybody behind it wait, too. So nobody is waited for longer than
    LOCK_SECONDS; then all is taken back, and the site goes on for a moment before the next attempt.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            migrate_once()
        except OperationalError as error:
            if getattr(error.orig, "pgcode", None) != LOCK_NOT_AVAILABLE or attempt == ATTEMPTS:
                raise
            log.warning("A table is in use: the migrations are tried again (%d of %d)", attempt, ATTEMPTS)
            time.sleep(min(attempt, LONGEST_PAUSE))
        else:
            return


def migrate_once() -> None:
    """Behind an advisory lock, which is waited for: two processes that start together do not collide."""
    with migrate.db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=migrate.db.metadata, **migrate.configure_args)
        with context.begin_transaction():
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
            context.run_migrations()


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
