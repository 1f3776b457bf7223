"""For migrations: changes of large tables beside a running site, each outside of a transaction.

What came before is committed first (`env.py` makes each migration a transaction of its own). So a migration that uses
one of these does nothing else, and can be run again if it ended halfway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic import op
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

_HALF_BUILT = text(
    "SELECT EXISTS (SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = :name "
    "AND relnamespace = current_schema()::regnamespace AND NOT indisvalid)"
)


def build_index(name: str, table: str, columns: Sequence[str], **options: Any) -> None:
    """Build an index while others write. What is left of an attempt that failed is dropped before."""
    context = op.get_context()
    with context.autocommit_block():
        if not context.as_sql and op.get_bind().scalar(_HALF_BUILT, {"name": str(name)}):
            op.drop_index(name, table, postgresql_concurrently=True)
        op.create_index(name, table, list(columns), postgresql_concurrently=True, if_not_exists=True, **options)


def drop_index(name: str, table: str) -> None:
    """Drop an index without waiting for whoever reads by it, nor letting others wait."""
    with op.get_context().autocommit_block():
        op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)


def check_rows(table: str, constraint: str) -> None:
    """Check the rows that are there by a rule that was added as NOT VALID, while others read and write."""
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")
