"""The only SQL. Repositories return None for what does not exist; services decide what that means."""
