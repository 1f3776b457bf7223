"""What is read: through the cache, by way of read models."""
