"""What is stored: archives, seeds, and what belongs to a user."""
