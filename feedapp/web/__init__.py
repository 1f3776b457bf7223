"""What stands around every request, pages and JSON alike."""
