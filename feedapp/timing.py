"""The times on whose inequalities the cache protocol's proof rests: docs/cache-protocol.md says where each is needed.

They stand in one file because none of them means anything alone; tests/unit/cache/test_timing.py asserts what must hold
between them. Seconds, unless the name says otherwise.
"""

from __future__ import annotations

# Keys in Redis
LEASE_MILLISECONDS = 3_000
"""A reader's claim on a key that it loads."""
HOLD_MILLISECONDS = 5_000
"""A writer's hold on a key, from before its commit."""
FOR_READERS = 1.0
"""How long a reader waits for another's load: it may take long, and two hundred of them at once would take longer."""
FOR_WRITERS = 0.2
"""How long it waits for a hold: between that and the deletion is one commit. Longer means a Redis that hangs."""

# The relay
PAUSE = 0.2
"""From one turn of the relay to the next."""
CONTENDED = 1.0
"""How long a process that begins goes on trying at once, while others begin beside it: one of them may drop copies."""
LOOKING = 0.6
"""From one look to the next while nothing happens; it must be much less than `RENEWABLE`."""
EAGER = 10.0
"""How long the relay looks at each turn after somebody has waited for it."""
CLEANING = 10.0
"""From one time that the outbox is cleaned, and the run signed, to the next."""
KEPT = 60
"""How long the outbox remembers what was deleted: a Redis that fails over may lack it."""
OVERDUE = 0.3
"""The age at which the relays of other processes deliver a row: its own process is likely to be at it before."""

# Who reads
VALID = 2.0
"""An entry that was not renewed for so long belongs to a process that is dead, or that cannot reach PostgreSQL."""
RENEWABLE = 1.5
"""Less, so that nobody who looks at the same moment can take for expired what is renewed as valid."""
FRESH = 1.4
"""For how long a look is good. Less than `RENEWABLE`: as long as it is, this process's entry is valid, so nobody who
entered since reads before this process has looked again."""
LOOKS = 2
"""How often the others must look until they know of an entry: the look that was under way may have begun before it."""
FORGOTTEN = 60
"""An entry that is so old is deleted."""

# A write that waits
GLANCE = 0.02
"""From one question to the next."""
PATIENCE = 5.0
"""At most, if its deadline is not nearer. Readers whose relay works need half of one; a dead one's entry is valid for
`VALID`."""
FOR_OTHERS = 3.0
"""For others to delete what this process cannot, though the request's time is over: the write is committed."""
LONGEST_WRITE = 30.0
"""A write may take so long before its commit."""

# Fences
TAKE_OVER = 3.0
"""A fence that nobody has signed for so long is taken over: whoever put it up died while dropping copies."""
BEAT = 1.0
"""How often who is dropping copies says so. Of very many, that may take longer than `TAKE_OVER`."""
MAKING_ROOM = 5.0
"""From one attempt to drop the copies in a full Redis to the next: each walks over all that is in there."""
