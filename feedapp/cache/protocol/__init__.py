"""How a copy is read, filled and deleted, so that no read sees the state before an acknowledged write."""
