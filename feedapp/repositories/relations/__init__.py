"""Who wants nothing to do with whom."""
