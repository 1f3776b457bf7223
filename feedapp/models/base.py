"""What every table is made with: the declarative base, and the columns that many of them have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, MetaData, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

if TYPE_CHECKING:
    from datetime import datetime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base; its metadata names every constraint, so that migrations can drop them again."""

    metadata = MetaData(naming_convention=NAMING)


def created() -> Mapped[datetime]:
    """When the row was made: the time of its transaction."""
    return mapped_column(DateTime(timezone=True), server_default=func.now())


def identity() -> Mapped[int]:
    """The id, given by PostgreSQL."""
    return mapped_column(BigInteger, Identity(), primary_key=True)


def counter() -> Mapped[int]:
    """A count, from nought."""
    return mapped_column(BigInteger, server_default=text("0"))


def refers(target: str, *, primary_key: bool = False) -> Mapped[int]:
    """A reference to a row (`table.column`), deleted with it."""
    return mapped_column(BigInteger, ForeignKey(target, ondelete="CASCADE"), primary_key=primary_key)
