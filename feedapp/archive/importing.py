"""Imports a file: batch by batch, each line judged by itself, so that what is bad never harms what is good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from feedapp.archive.batches import Batch
from feedapp.archive.kinds import KINDS
from feedapp.archive.outcome import Outcome
from feedapp.archive.records import UNKNOWN, kind_of, parse, record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from feedapp.archive.batches import Record
    from feedapp.archive.lines import Line
    from feedapp.archive.pictures import PictureImports
    from feedapp.repositories.counters import CounterRepository
    from feedapp.repositories.transfer.imports import ImportRepository
    from feedapp.repositories.transfer.kept_ids import KeptIds
    from feedapp.services.media.files import Files
    from feedapp.writing.unit_of_work import UnitOfWork

BATCH, BATCH_BYTES = 1_000, 32 * 1024 * 1024
TRIES = 3
DEADLOCK = "40P01"


class Importing:
    """Brings lines in. A second import of the same lines changes nothing."""

    def __init__(
        self,
        *,
        unit_of_work: UnitOfWork,
        rows: ImportRepository,
        counters: CounterRepository,
        pictures: PictureImports,
        kept_ids: Callable[[], KeptIds],
    ) -> None:
        self._pictures, self._kept_ids = pictures, kept_ids
        self._unit_of_work = unit_of_work
        self._rows = rows
        self._counters = counters

    def bring(
        self, lines: Iterable[Line], *, now: datetime, complain: Callable[[int, str], None], at_once: int = BATCH
    ) -> Outcome:
        """Import every line that is good; `complain` hears of the others, in order: the line's number and the reason.

        What has no time happened `now`. All that a batch brings is in every feed when the next one begins; a batch has
        `at_once` lines.
        """
        whole = Outcome()
        with self._unit_of_work():
            newest = self._rows.newest_comment()
        kept = self._kept_ids()
        for some in _batches(lines, at_once):
            checked = Outcome()
            batch = [each for line in some if (each := _check(line, now, checked)) is not None]
            files = self._pictures.keep(batch, checked)
            brought = self._bring(batch, newest, kept, files)
            for number, reason in sorted(checked.faults + brought.faults):
                complain(number, reason)
            whole.add(checked)
            whole.add(brought)
        return whole

    def _bring(self, batch: Sequence[Record], newest: int, kept: KeptIds, files: Mapping[str, Files]) -> Outcome:
        """Import a batch; if PostgreSQL refuses something in it, line by line, to find out what."""
        try:
            return self._persist(batch, newest, kept, files)
        except (IntegrityError, DataError) as error:
            if len(batch) == 1:
                refused = Outcome()
                refused.fault(batch[0].kind, batch[0].line, f"PostgreSQL refused it: {_said(error)}")
                return refused
        whole = Outcome()
        for each in batch:
            one = self._bring([each], newest, kept, files)
            whole.add(one)
            whole.faults += one.faults
        return whole

    def _persist(self, batch: Sequence[Record], newest: int, kept: KeptIds, files: Mapping[str, Files]) -> Outcome:
        """Import a batch in one transaction, once more if it met another in the opposite order."""
        for left in reversed(range(TRIES)):
            try:
                with self._unit_of_work(bulk=True) as work:
                    return Batch(
                        batch,
                        work=work,
                        rows=self._rows,
                        counters=self._counters,
                        newest=newest,
                        kept=kept,
                        files=files,
                    ).bring(KINDS)
            except OperationalError as error:
                if not left or getattr(error.orig, "pgcode", None) != DEADLOCK:
                    raise
        raise AssertionError


def _batches(lines: Iterable[Line], most: int) -> Iterator[list[Line]]:
    """Put lines together, so many and of so many bytes at most."""
    some: list[Line] = []
    size = 0
    for line in lines:
        some.append(line)
        size += len(line.data)
        if len(some) == most or size > BATCH_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some


def _check(line: Line, now: datetime, outcome: Outcome) -> Record | None:
    kind = UNKNOWN
    try:
        if line.fault:
            raise ValueError(line.fault)  # noqa: TRY301
        data = parse(line.data)
        kind = kind_of(data)
        return record(data, line=line.number, now=now)
    except ValueError as error:
        outcome.fault(kind, line.number, str(error))
        return None


def _said(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0]
