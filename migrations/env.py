"""How Alembic reaches the database: through the app's own engine, one upgrade at a time."""

from alembic import context
from flask import current_app
from sqlalchemy import text

migrate = current_app.extensions["migrate"]
LOCK = 6_283_185  # any number, the same for every process that migrates


def migrate_offline() -> None:
    """Print the SQL instead of running it (`flask --app wsgi db upgrade --sql`)."""
    context.configure(dialect_name="postgresql", target_metadata=migrate.db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def migrate_online() -> None:
    """Run all steps in one transaction, behind an advisory lock: two processes that start together do not collide."""
    with migrate.db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=migrate.db.metadata, **migrate.configure_args)
        with context.begin_transaction():
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.run_migrations()


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
