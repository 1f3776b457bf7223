"""Which keys there are, how long they live, which write makes which of them stale."""
