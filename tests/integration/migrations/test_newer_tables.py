"""A release whose tables another has changed already: hosts are upgraded one after the other, and may go back."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from feedapp.extensions import db
from tests.integration.migrations.test_migrations import empty

__all__ = ["empty"]
LATER = "of a later release"


@pytest.mark.usefixtures("empty")
def test_an_upgrade_leaves_tables_of_a_later_release_alone() -> None:
    upgrade()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :later"), {"later": LATER})
    upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == LATER
    with pytest.raises(SystemExit):
        downgrade(revision="0049")
