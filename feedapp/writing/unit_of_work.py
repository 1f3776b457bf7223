"""The unit of work of a write: a transaction, its stale keys, its events, and its messages."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from feedapp import timing
from feedapp.cache.protocol.writes import new_writer
from feedapp.errors import UnavailableError
from feedapp.observability import metrics
from feedapp.postgres import database
from feedapp.writing.doubts import Doubt
from feedapp.writing.idempotency import Claims

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.cache.protocol.writes import CacheWrites, Hold
    from feedapp.extensions import ScopedSession
    from feedapp.reading.reader import Reading
    from feedapp.repositories.delivery.outbox import OutboxRepository, Parcel
    from feedapp.repositories.idempotency import IdempotencyRepository
    from feedapp.writing.courier import Courier
    from feedapp.writing.events import Event
    from feedapp.writing.idempotency import Once
    from feedapp.writing.relay import Relay

T = TypeVar("T")


class Work:
    """What one transaction declares: its stale keys, its events, and its messages."""

    def __init__(self, claims: Claims, handle: Callable[[Work, Event], None]) -> None:
        self.stale: list[Key] = []
        self.emitted: list[Event] = []
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self._claims = claims
        self._handle = handle

    def claim(self, once: Once | None, *, by: int | None) -> None:
        """Carry out a request with an Idempotency-Key only once: see `Claims.claim`.

        Call it before any other change; only a lock on the user may come first.
        """
        self._claims.claim(once, by=by)

    def done(self, outcome: T) -> T:
        """Set the result, so that the answer is stored with it, and return it."""
        self._claims.settle(outcome)
        return outcome

    def stales(self, keys: Iterable[Key]) -> None:
        """Add stale keys, by a rule of `cache/catalogue/invalidation/`."""
        self.stale.extend(keys)

    def emits(self, event: Event) -> None:
        """Emit an event. Its handlers run now, in this transaction."""
        self.emitted.append(event)
        self._handle(self, event)

    def sends(self, target: str, payload: dict[str, Any]) -> None:
        """Send a message to a target (`writing/targets/`): delivered at least once, after the commit."""
        self.messages.append((target, payload))


class UnitOfWork:
    """Runs a write: holds the stale keys, commits, and deletes them before the caller can answer.

    The same transaction puts the keys into the outbox, so they are deleted even if this process dies. If it cannot
    reach Redis, it answers once the processes that can have deleted them.
    """

    def __init__(
        self,
        *,
        session: ScopedSession,
        cache: CacheWrites,
        reading: Reading,
        outbox: OutboxRepository,
        relay: Relay,
        records: IdempotencyRepository,
        courier: Courier,
        handle: Callable[[Work, Event], None],
    ) -> None:
        self._session = session
        self._cache = cache
        self._reading = reading
        self._outbox = outbox
        self._relay = relay
        self._records = records
        self._courier = courier
        self._handle = handle

    @contextmanager
    def __call__(self, *, bulk: bool = False) -> Iterator[Work]:
        """Run the block as one transaction, rolled back if it raises. `bulk`: past rows, which may take long.

        Raise UnavailableError, with nothing changed, if it took longer than `timing.LONGEST_WRITE`.
        """
        work = Work(Claims(self._records), self._handle)
        writer, parcel = new_writer(), None
        started = monotonic()
        try:
            database.begin(self._session, bulk=bulk)
            yield work
            self._session.flush()
            if work.messages:
                self._courier.take(work.messages)
            if work.stale:
                parcel = self._outbox.add([key.name for key in dict.fromkeys(work.stale)], writer=writer)
        except BaseException:
            self._session.rollback()
            raise
        hold = self._cache.hold(work.stale, writer=writer)
        try:
            self._commit(None if bulk else started + timing.LONGEST_WRITE)
        except BaseException as error:
            with suppress(SQLAlchemyError):
                self._session.rollback()
            if parcel is not None and _is_in_doubt(error):
                self._relay.doubts(Doubt(hold, parcel))
            else:
                self._cache.forget(hold)
            self._reading.restart()
            raise
        try:
            if parcel is not None:
                self._forget(hold, parcel)
        finally:
            self._reading.restart()
            self._courier.wake({target for target, _ in work.messages})
            for event in work.emitted:
                metrics.EVENTS.labels(type(event).__name__).inc()

    def _forget(self, hold: Hold, parcel: Parcel) -> None:
        """Delete the stale keys. Return once nobody can read them any more. Raise UnconfirmedError."""
        run = self._cache.forget(hold, database=parcel.database)
        if run is None:
            self._relay.undeleted(parcel)
        else:
            self._relay.deleted(parcel, run)

    def _commit(self, deadline: float | None) -> None:
        if deadline is not None and monotonic() > deadline:
            raise UnavailableError("This took too long and was not carried out. Please try again.")
        self._session.commit()


def _is_in_doubt(error: BaseException) -> bool:
    """Tell whether a failed commit may have taken effect, or still may: PostgreSQL has not denied it.

    Class 57 is a server shutdown, 08 a broken connection, 40003 "statement completion unknown".
    """
    if isinstance(error, UnavailableError):
        return False
    code = getattr(getattr(error, "orig", None), "pgcode", None)
    return code is None or code.startswith(("08", "57", "40003"))
