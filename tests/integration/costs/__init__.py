"""What reads cost in SQL statements, blocks and round trips to Redis."""
