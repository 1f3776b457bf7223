"""What every write has: a unit of work, idempotency, the outbox and its relay."""
