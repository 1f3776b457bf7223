"""What whoever runs the site asks and repairs."""
