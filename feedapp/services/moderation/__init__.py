"""What members report, and what moderators do about it."""
