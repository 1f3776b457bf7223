"""Writes: unit of work, idempotency, events, the outbox and its relay, account deletion by belongings."""
