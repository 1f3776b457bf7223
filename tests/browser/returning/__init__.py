"""What people come back to."""
