"""What only commands use, built once, with what it needs: import, export, seed, counts, the strength of passwords."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from feedapp.archive.importing import Importing
from feedapp.archive.pictures import PictureImports
from feedapp.extensions import db
from feedapp.repositories.counters import CounterRepository
from feedapp.repositories.transfer.bulk import BulkRepository
from feedapp.repositories.transfer.exports import ExportRepository
from feedapp.repositories.transfer.imports import ImportRepository
from feedapp.repositories.transfer.kept_ids import KeptIds
from feedapp.seeds.loading import Seeding
from feedapp.services.access.passwords import Passwords

if TYPE_CHECKING:
    from feedapp.services.operations.counts import CountService
    from feedapp.wiring import Services


@dataclass(frozen=True)
class CommandServices:
    """The services of one app, and what only its commands use."""

    app: Services
    importing: Importing
    seeding: Seeding
    counts: CountService
    passwords: Passwords

    @property
    def exports(self) -> ExportRepository:
        """What reads the whole community. Needs the app's context."""
        return ExportRepository(db.engine)


def wire_commands(app: Services) -> CommandServices:
    """Build them out of the services of an app."""
    counters, rows = CounterRepository(db.session), ImportRepository(db.session)
    pictures = PictureImports(files=app.picture_files, rows=rows, unit_of_work=app.unit_of_work)
    return CommandServices(
        app=app,
        importing=Importing(
            unit_of_work=app.unit_of_work,
            rows=rows,
            counters=counters,
            pictures=pictures,
            kept_ids=partial(KeptIds, db.session),
        ),
        seeding=Seeding(unit_of_work=app.unit_of_work, bulk=BulkRepository(db.session)),
        counts=app.counts,
        passwords=Passwords(),
    )
