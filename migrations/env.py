"""How Alembic reaches the database: through the app's own engine, one upgrade at a time."""

import logging
import time

from alembic import context
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

migrate = current_app.extensions["migrate"]
log = logging.getLogger("feedapp.migrations")
LOCK_SECONDS = 3
ATTEMPTS = 30
LONGEST_PAUSE = 5
PAUSE = 0.2
IN_THE_WAY = frozenset({"55P03", "40P01"})  # a lock that cannot be had soon; a deadlock that PostgreSQL ended
LOCK = 6_283_186  # any number, the same for every process that migrates
LOCK_OF_0_1_0 = 6_283_185  # for which 0.1.0 waits within a statement: nobody may hold it while an index is built


def migrate_offline() -> None:
    """Print the SQL instead of running it (`flask --app wsgi db upgrade --sql`)."""
    context.configure(dialect_name="postgresql", target_metadata=migrate.db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def migrate_online() -> None:
    """Run the migrations, each in a transaction of its own; begin again where a lock cannot be had soon.

    Whoever waits for a strong lock makes everybody behind it wait, too. So nobody is waited for longer than
    LOCK_SECONDS; then the migration is taken back, and the site goes on for a moment before the next attempt.
    """
    engine = migrate.db.engine
    with engine.connect() as turn:
        wait_for_turn(turn, LOCK_OF_0_1_0)
        turn.rollback()
        wait_for_turn(turn, LOCK)
        if is_upgrade() and is_newer(turn):
            log.warning("The tables are of a newer release than this code, which has nothing to migrate")
            return
        for attempt in range(1, ATTEMPTS + 1):
            try:
                migrate_once(engine)
            except OperationalError as error:
                if getattr(error.orig, "pgcode", None) not in IN_THE_WAY or attempt == ATTEMPTS:
                    raise
                log.warning("A table is in use: the migrations are tried again (%d of %d)", attempt, ATTEMPTS)
                time.sleep(min(attempt, LONGEST_PAUSE))
            else:
                return


def is_upgrade() -> bool:
    """Whether the newest tables are asked for, as each start of a server does."""
    try:
        return bool(context.get_revision_argument() == context.get_head_revision())
    except (KeyError, CommandError):  # other commands name none, or one that is relative
        return False


def is_newer(connection: Connection) -> bool:
    """Whether a later release has migrated already: hosts are upgraded one after the other, and may go back."""
    had = set(MigrationContext.configure(connection).get_current_heads())
    return not had <= {each.revision for each in context.script.walk_revisions()}


def wait_for_turn(connection: Connection, lock: int) -> None:
    """Take an advisory lock until the connection is closed: two processes that start together do not collide.

    It is asked for again and again, between transactions. Somebody who waited within a statement would have a snapshot,
    and CREATE INDEX CONCURRENTLY of the other waits for all of these. A lock of the transaction, which stays open: one
    of a session is nobody's own behind pgbouncer.
    """
    while True:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        if connection.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": lock}):
            return
        connection.rollback()
        time.sleep(PAUSE)


def migrate_once(engine: Engine) -> None:
    """Run what is to be run. A migration may end its transaction early (`feedapp.postgres.schema_changes`)."""
    with engine.connect() as connection:
        event.listen(connection, "begin", bound_waits)
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            transaction_per_migration=True,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


def bound_waits(connection: Connection) -> None:
    """Begin each transaction with the bound; what runs outside of one takes locks that let others read and write."""
    if not connection.connection.dbapi_connection.autocommit:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
