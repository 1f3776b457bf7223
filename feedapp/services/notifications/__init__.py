"""What people are told of what others do: written by the events of other domains, read, and marked as read."""
