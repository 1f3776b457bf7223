"""What the delivery of deletions to Redis stands on: the outbox, who reads, which history of the database this is."""
