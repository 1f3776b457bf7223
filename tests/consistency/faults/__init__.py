"""What is broken while the load runs."""
