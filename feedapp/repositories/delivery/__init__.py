"""SQL for delivery: the outbox, the reader registry, messages, leases, and the history of the database."""
