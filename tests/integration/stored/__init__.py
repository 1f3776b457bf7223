"""What is stored: schema, archives, seeds, and what belongs to a user."""
