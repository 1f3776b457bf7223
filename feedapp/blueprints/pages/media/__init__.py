"""Pictures on pages: their files, and forms to send them."""
