"""Restarts a server that ended by itself, as long as that helps."""

import time
from collections import deque
from collections.abc import Callable

from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.processes import last_lines
from feedapp.embedded.server import Server

MOST = 5
WITHIN_SECONDS = 300.0
"""Maximum restarts: beyond, restarting does not help, and somebody has to look."""
LONGEST_PAUSE = 16.0


class Supervision:
    """Keeps one server running, if `check` is called often. `say` tells the operator what happens."""

    def __init__(
        self, server: Server, say: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._server = server
        self._say = say
        self._clock = clock
        self._starts: deque[float] = deque()
        self._not_before = 0.0

    def check(self) -> bool:
        """Tell whether it was restarted just now; after each failure it waits longer.

        Raise EmbeddedServerError if it ends, or fails to start, too often.
        """
        now = self._clock()
        if self._server.pid is not None or now < self._not_before:
            return False
        while self._starts and self._starts[0] < now - WITHIN_SECONDS:
            self._starts.popleft()
        if len(self._starts) >= MOST:
            lines = "\n  ".join(last_lines(self._server.log))
            raise EmbeddedServerError(
                f"{self._server.NAME} ended by itself {MOST} times within {WITHIN_SECONDS / 60:.0f} minutes, "
                f"see {self._server.log}:\n  {lines}"
            )
        self._starts.append(now)
        self._say(f"feedapp: {self._server.NAME} ended by itself and is started again; {self._server.LOSES}")
        try:
            self._server.start()
        except EmbeddedServerError as error:
            self._not_before = now + min(2.0 ** len(self._starts), LONGEST_PAUSE)
            self._say(f"feedapp: {error}")
            return False
        return True
