"""What moderation stores: reports, what is hidden, the log."""
