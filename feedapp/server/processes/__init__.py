"""The processes that serve: a supervisor that listens, and its workers."""
